import type { Rule, State } from '../../statemachine/states-language';
import { readPath, type Scope } from './paths';

/** The operands are checked when the definition is loaded, so that a value of another type never equals one. */
const holds = ({ Variable, StringEquals, BooleanEquals }: Rule, scope: Scope): boolean =>
  readPath(Variable, scope) === (StringEquals ?? BooleanEquals);

/**
 * The state that a Choice leads to: that of the first rule that holds, or the Default.
 * @throws States.Runtime if a Variable leads to nothing
 */
export const choose = ({ Choices = [], Default }: State, scope: Scope): string | undefined =>
  Choices.find((rule) => holds(rule, scope))?.Next ?? Default;
