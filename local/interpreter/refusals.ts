import { type Fields, isObject } from '../../functions/language/json';
import { operandOf } from './choice';
import { parsePath } from './paths';
import { parseTimestamp } from './wait';

/** The longest time that Step Functions takes, in seconds. */
const longest = 99_999_999;

const wholeNumber =
  (least: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= longest;
const isText = (value: unknown): boolean => typeof value === 'string';
const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

const text = ['a string', isText] as const;
const seconds = ['a whole number of seconds from 1 on', wholeNumber(1)] as const;
const list = ['a list that is not empty', isList] as const;

/** What a field must be, whichever part of the definition it stands in. */
const kinds = new Map<string, readonly [description: string, fits: (value: unknown) => boolean]>([
  ...['Comment', 'Version', 'StartAt', 'Next', 'Default', 'Error', 'Cause'].map((field) => [field, text] as const),
  ...['Choices', 'Retry', 'Catch', 'ErrorEquals', 'And', 'Or'].map((field) => [field, list] as const),
  ...['TimeoutSeconds', 'IntervalSeconds', 'MaxDelaySeconds'].map((field) => [field, seconds] as const),
  ['QueryLanguage', ['JSONPath', (value) => value === 'JSONPath']],
  ['States', ['an object', isObject]],
  ['Not', ['an object', isObject]],
  ['Parameters', ['an object', isObject]],
  ['ResultSelector', ['an object', isObject]],
  ['End', ['true or false', (value) => typeof value === 'boolean']],
  ['Seconds', ['a whole number of seconds', wholeNumber(0)]],
  ['MaxAttempts', ['a whole number', wholeNumber(0)]],
  ['BackoffRate', ['a number from 1 on', (value) => typeof value === 'number' && value >= 1]],
  ['JitterStrategy', ['FULL or NONE', (value) => value === 'FULL' || value === 'NONE']],
  ['Timestamp', ['a time like 2026-01-31T12:00:00Z', (value) => parseTimestamp(value) !== undefined]],
]);

const data = ['InputPath', 'OutputPath'];
const flow = ['Next', 'End'];

/** Every field that is supported; whatever else stands in a definition is refused. */
const stateFields = new Map<unknown, readonly string[]>([
  [
    'Task',
    [...data, ...flow, 'Parameters', 'ResultSelector', 'ResultPath', 'Resource', 'TimeoutSeconds', 'Retry', 'Catch'],
  ],
  ['Choice', [...data, 'Choices', 'Default']],
  ['Pass', [...data, ...flow, 'Parameters', 'Result', 'ResultPath']],
  ['Wait', [...data, ...flow, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']],
  ['Succeed', data],
  ['Fail', ['Error', 'ErrorPath', 'Cause', 'CausePath']],
]);

const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const limits = ['IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'];
const retrierFields = ['Comment', 'ErrorEquals', ...limits];
const catcherFields = ['Comment', 'ErrorEquals', 'ResultPath', 'Next'];
const nullablePaths = [...data, 'ResultPath'];

const refusePath = (where: string, field: string, value: unknown): void => {
  if (value === null && nullablePaths.includes(field)) return;
  if (typeof value !== 'string') throw new Error(`${where}: ${field} must be a path.`);
  try {
    const { context } = parsePath(value);
    if (context && field === 'ResultPath') throw new Error('the context object cannot be written');
  } catch (error) {
    throw new Error(`${where}: ${field}: ${(error as Error).message}.`);
  }
};

const refuseFields = (where: string, value: unknown, known: readonly string[]): Fields => {
  if (!isObject(value)) throw new Error(`${where} must be an object.`);
  for (const [field, content] of Object.entries(value)) {
    if (content === undefined) continue;
    if (!known.includes(field)) throw new Error(`${where}: ${field} is not supported.`);
    const kind = kinds.get(field);
    if (kind && !kind[1](content)) throw new Error(`${where}: ${field} must be ${kind[0]}.`);
    if (field.endsWith('Path')) refusePath(where, field, content);
  }
  return value;
};

const refuseMissing = (where: string, fields: Fields, needed: readonly string[]): void => {
  const missing = needed.find((field) => fields[field] === undefined);
  if (missing !== undefined) throw new Error(`${where}: ${missing} is missing.`);
};

const refuseTemplate = (where: string, template: unknown): void => {
  if (typeof template !== 'object' || template === null) return;
  for (const [field, value] of Object.entries(template)) {
    if (!field.endsWith('.$')) refuseTemplate(where, value);
    else if (Object.hasOwn(template, field.slice(0, -2))) throw new Error(`${where}: ${field} stands there twice.`);
    else refusePath(where, field, value);
  }
};

const refuseRule = (where: string, rule: unknown, nested: boolean): void => {
  if (!isObject(rule)) throw new Error(`${where}: a choice rule must be an object.`);
  const { Comment, Next, Variable, ...rest } = rule;
  const [operator, ...more] = Object.keys(rest);
  if (operator === undefined || more.length > 0) throw new Error(`${where}: a choice rule needs exactly one operator.`);
  if (nested && Next !== undefined) throw new Error(`${where}: Next must stand in the outermost rule.`);
  if (!nested) refuseMissing(where, rule, ['Next']);
  const operand = rest[operator];
  if (operator === 'And' || operator === 'Or' || operator === 'Not') {
    refuseFields(where, rule, ['Comment', 'Next', operator]);
    for (const each of operator === 'Not' ? [operand] : (operand as unknown[])) refuseRule(where, each, true);
    return;
  }
  const needed = operandOf(operator);
  if (needed === undefined) throw new Error(`${where}: ${operator} is not supported.`);
  refuseFields(where, rule, ['Comment', 'Next', 'Variable', operator]);
  refusePath(where, 'Variable', Variable);
  if (needed !== 'path' && typeof operand !== needed) throw new Error(`${where}: ${operator} must be a ${needed}.`);
};

/** The last item of Retry or Catch may be for States.ALL, on its own. */
const refuseErrorNames = (where: string, fields: Fields, last: boolean): void => {
  refuseMissing(where, fields, ['ErrorEquals']);
  const names = fields.ErrorEquals as unknown[];
  if (!names.every(isText)) throw new Error(`${where}: ErrorEquals must hold strings.`);
  if (!names.includes('States.ALL')) return;
  if (names.length > 1) throw new Error(`${where}: States.ALL must stand alone.`);
  if (!last) throw new Error(`${where}: States.ALL must stand last.`);
};

/** `lambda:invoke` and its like. The other patterns wait for a job or a token, or show other events. */
const refuseResource = (where: string, resource: unknown): void => {
  if (!isText(resource)) throw new Error(`${where}: Resource must be a string.`);
  if (/\.(sync|waitForTaskToken)\b|:activity:|^arn:[^:]+:lambda:/.test(String(resource))) {
    throw new Error(`${where}: Resource: the pattern of ${resource} is not supported.`);
  }
};

const refuseTask = (where: string, { Resource, Retry = [], Catch = [] }: Fields): void => {
  refuseResource(where, Resource);
  for (const [index, each] of (Retry as unknown[]).entries()) {
    const retrier = refuseFields(`${where}: Retry`, each, retrierFields);
    refuseErrorNames(`${where}: Retry`, retrier, index === (Retry as unknown[]).length - 1);
  }
  for (const [index, each] of (Catch as unknown[]).entries()) {
    const catcher = refuseFields(`${where}: Catch`, each, catcherFields);
    refuseMissing(`${where}: Catch`, catcher, ['Next']);
    refuseErrorNames(`${where}: Catch`, catcher, index === (Catch as unknown[]).length - 1);
  }
};

const refuseUnlessOne = (where: string, fields: Fields, names: readonly string[], least: 0 | 1): void => {
  const given = names.filter((name) => fields[name] !== undefined && fields[name] !== false);
  if (given.length < least || given.length > 1) {
    throw new Error(`${where}: needs ${least ? 'exactly' : 'at most'} one of ${names.join(' and ')}.`);
  }
};

/** @throws Error that names the state and the field */
export const refuseState = (where: string, json: unknown): void => {
  const type = isObject(json) ? json.Type : undefined;
  const known = stateFields.get(type);
  if (!known) throw new Error(`${where}: the type ${type} is not supported.`);
  const state = refuseFields(where, json, ['Type', 'Comment', ...known]);
  refuseTemplate(where, state.Parameters);
  refuseTemplate(where, state.ResultSelector);
  if (known.includes('Next')) refuseUnlessOne(where, state, flow, 1);
  if (type === 'Task') refuseTask(where, state);
  if (type === 'Wait') refuseUnlessOne(where, state, ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'], 1);
  if (type === 'Fail') {
    refuseUnlessOne(where, state, ['Error', 'ErrorPath'], 0);
    refuseUnlessOne(where, state, ['Cause', 'CausePath'], 0);
  }
  if (type === 'Choice') {
    refuseMissing(where, state, ['Choices']);
    for (const rule of state.Choices as unknown[]) refuseRule(where, rule, false);
  }
};

/** The machine's own fields; its states are looked at one by one. @throws Error that names the field */
export const refuseMachine = (json: unknown): void => {
  const machine = refuseFields('The machine', json, machineFields);
  refuseMissing('The machine', machine, ['StartAt', 'States']);
};
