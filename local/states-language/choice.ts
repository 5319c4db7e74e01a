import { lookUp, readPath, type Scope } from './paths';

/** A choice rule: one comparison with its Variable, or And, Or, Not of others. */
export type Rule = Readonly<Record<string, unknown>>;

type Comparison = (value: unknown, operand: unknown) => boolean;

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

const numbers =
  (compare: (left: number, right: number) => boolean): Comparison =>
  (value, operand) =>
    isNumber(value) && isNumber(operand) && compare(value, operand);

const strings =
  (compare: (left: string, right: string) => boolean): Comparison =>
  (value, operand) =>
    isString(value) && isString(operand) && compare(value, operand);

/** `*` stands for any text; `\*` is a star. */
const matches = strings((text, pattern) => {
  const parts = pattern.split(/(\\.|\*)/);
  const source = parts.map((part) =>
    part === '*' ? '.*' : part.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's').test(text);
});

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: strings((left, right) => left === right),
  BooleanEquals: (value, operand) => typeof value === 'boolean' && value === operand,
  NumericEquals: numbers((left, right) => left === right),
  NumericLessThan: numbers((left, right) => left < right),
  NumericLessThanEquals: numbers((left, right) => left <= right),
  NumericGreaterThan: numbers((left, right) => left > right),
  NumericGreaterThanEquals: numbers((left, right) => left >= right),
  StringMatches: matches,
  IsNull: (value, operand) => (value === null) === operand,
  IsString: (value, operand) => isString(value) === operand,
  IsNumeric: (value, operand) => isNumber(value) === operand,
  IsBoolean: (value, operand) => (typeof value === 'boolean') === operand,
};

const isTypeTest = (operator: string): boolean => operator.startsWith('Is');

/** Operators that may take a path to compare with, as in `StringEqualsPath`. */
const pathOperator = (operator: string): string | undefined => {
  const plain = operator.endsWith('Path') ? operator.slice(0, -'Path'.length) : '';
  return plain in comparisons && !isTypeTest(plain) && plain !== 'StringMatches' ? plain : undefined;
};

export const isComparison = (operator: string): boolean =>
  operator in comparisons || operator === 'IsPresent' || pathOperator(operator) !== undefined;

/**
 * Whether the rule holds.
 * @throws States.Runtime if its Variable leads to nothing, which only IsPresent may ask
 */
export const holds = (rule: Rule, scope: Scope): boolean => {
  if (Array.isArray(rule.And)) return rule.And.every((each: Rule) => holds(each, scope));
  if (Array.isArray(rule.Or)) return rule.Or.some((each: Rule) => holds(each, scope));
  if (rule.Not !== undefined) return !holds(rule.Not as Rule, scope);
  const variable = String(rule.Variable);
  const operator = Object.keys(rule).find(isComparison) ?? '';
  const operand = rule[operator];
  if (operator === 'IsPresent') return (lookUp(variable, scope) !== undefined) === operand;
  const value = readPath(variable, scope);
  const plain = pathOperator(operator);
  if (plain !== undefined) return comparisons[plain]?.(value, readPath(String(operand), scope)) ?? false;
  return comparisons[operator]?.(value, operand) ?? false;
};
