import type { Rule, State } from '../../statemachine/states-language';
import { readPath, type Scope } from './paths';

/** The operands are checked when the definition is loaded, so that a value of another type never equals one. */
const holds = (rule: Rule, scope: Scope): boolean => {
  if (rule.And) return rule.And.every((each) => holds(each, scope));
  const value = readPath(rule.Variable ?? '$', scope);
  if (rule.IsNull !== undefined) return (value === null) === rule.IsNull;
  return value === (rule.StringEquals ?? rule.BooleanEquals);
};

/**
 * The state that a Choice leads to: that of the first rule that holds, or the Default.
 * @throws States.Runtime if a Variable leads to nothing
 */
export const choose = ({ Choices = [], Default }: State, scope: Scope): string | undefined =>
  Choices.find((rule) => holds(rule, scope))?.Next ?? Default;
