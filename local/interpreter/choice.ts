import type { Rule } from '../../statemachine/states-language';
import { lookUp, readPath, type Scope } from './paths';

/** What an operator must be given in the definition. */
export type Operand = 'string' | 'number' | 'boolean' | 'path';

interface Comparison {
  readonly operand: Operand;
  holds(value: unknown, operand: unknown): boolean;
}

const numbers = (compare: (left: number, right: number) => boolean): Comparison => ({
  operand: 'number',
  holds: (value, operand) => typeof value === 'number' && typeof operand === 'number' && compare(value, operand),
});

const strings = (compare: (left: string, right: string) => boolean): Comparison => ({
  operand: 'string',
  holds: (value, operand) => typeof value === 'string' && typeof operand === 'string' && compare(value, operand),
});

const typeTest = (is: (value: unknown) => boolean): Comparison => ({
  operand: 'boolean',
  holds: (value, operand) => is(value) === operand,
});

/** `*` stands for any text; `\*` is a star. */
const matches = (text: string, pattern: string): boolean => {
  const parts = pattern.split(/(\\.|\*)/);
  const source = parts.map((part) =>
    part === '*' ? '.*' : part.replace(/^\\(?=.)/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's').test(text);
};

const equalities: ReadonlyMap<string, Comparison> = new Map([
  ['StringEquals', strings((left, right) => left === right)],
  [
    'BooleanEquals',
    {
      operand: 'boolean',
      holds: (value: unknown, operand: unknown) => typeof value === 'boolean' && value === operand,
    },
  ],
  ['NumericEquals', numbers((left, right) => left === right)],
  ['NumericLessThan', numbers((left, right) => left < right)],
  ['NumericLessThanEquals', numbers((left, right) => left <= right)],
  ['NumericGreaterThan', numbers((left, right) => left > right)],
  ['NumericGreaterThanEquals', numbers((left, right) => left >= right)],
]);

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ...equalities,
  ['StringMatches', strings(matches)],
  ['IsNull', typeTest((value) => value === null)],
  ['IsString', typeTest((value) => typeof value === 'string')],
  ['IsNumeric', typeTest((value) => typeof value === 'number')],
  ['IsBoolean', typeTest((value) => typeof value === 'boolean')],
]);

/** The comparison behind an operator that takes a path to compare with, as `StringEqualsPath` does. */
const comparedByPath = (operator: string): Comparison | undefined =>
  operator.endsWith('Path') ? equalities.get(operator.slice(0, -'Path'.length)) : undefined;

/** `undefined` for an operator that is not supported. */
export const operandOf = (operator: string): Operand | undefined => {
  if (operator === 'IsPresent') return 'boolean';
  return comparedByPath(operator) ? 'path' : comparisons.get(operator)?.operand;
};

/**
 * Whether the rule holds.
 * @throws States.Runtime if its Variable leads to nothing, which only IsPresent may ask
 */
export const holds = (rule: Rule, scope: Scope): boolean => {
  if (Array.isArray(rule.And)) return rule.And.every((each: Rule) => holds(each, scope));
  if (Array.isArray(rule.Or)) return rule.Or.some((each: Rule) => holds(each, scope));
  if (rule.Not !== undefined) return !holds(rule.Not as Rule, scope);
  const variable = String(rule.Variable);
  const operator = Object.keys(rule).find(operandOf) ?? '';
  const operand = rule[operator];
  if (operator === 'IsPresent') return (lookUp(variable, scope) !== undefined) === operand;
  const value = readPath(variable, scope);
  const byPath = comparedByPath(operator);
  if (byPath) return byPath.holds(value, readPath(String(operand), scope));
  return comparisons.get(operator)?.holds(value, operand) ?? false;
};
