import { isComparison, type Rule } from './choice';
import { parsePath } from './paths';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

export interface State {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: unknown;
  readonly ResultSelector?: unknown;
  readonly Result?: unknown;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly (Rule & { readonly Next: string })[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface Definition {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

const paths = ['InputPath', 'OutputPath'];
const flow = ['Next', 'End'];

/** Every field that is supported; whatever else stands in a definition is refused. */
const stateFields: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: [
    ...paths,
    ...flow,
    'Parameters',
    'ResultSelector',
    'ResultPath',
    'Resource',
    'TimeoutSeconds',
    'Retry',
    'Catch',
  ],
  Choice: [...paths, 'Choices', 'Default'],
  Pass: [...paths, ...flow, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...paths, ...flow, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Succeed: paths,
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
};

const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const retrierFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
];
const catcherFields = ['ErrorEquals', 'ResultPath', 'Next'];
const pathFields = [...paths, 'ResultPath', 'SecondsPath', 'TimestampPath', 'ErrorPath', 'CausePath'];

type Fields = Readonly<Record<string, unknown>>;

const refuseUnknown = (where: string, value: object, known: readonly string[]): void => {
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new Error(`${where}: ${unknown} is not supported.`);
};

const checkPath = (where: string, field: string, value: unknown): void => {
  try {
    if (value !== null) parsePath(String(value));
  } catch (error) {
    throw new Error(`${where}: ${field}: ${(error as Error).message}.`);
  }
};

const checkTemplate = (where: string, template: unknown): void => {
  if (typeof template !== 'object' || template === null) return;
  for (const [field, value] of Object.entries(template)) {
    if (field.endsWith('.$')) checkPath(where, field, value);
    else checkTemplate(where, value);
  }
};

const checkRule = (where: string, rule: Rule): void => {
  const { Next, Comment, Variable, ...rest } = rule;
  const [operator, ...more] = Object.keys(rest);
  if (operator === undefined || more.length > 0) throw new Error(`${where}: a choice rule needs exactly one operator.`);
  const operand = rest[operator];
  if ((operator === 'And' || operator === 'Or') && Array.isArray(operand)) {
    for (const each of operand) checkRule(where, each);
  } else if (operator === 'Not' && typeof operand === 'object' && operand !== null) {
    checkRule(where, operand as Rule);
  } else {
    if (!isComparison(operator)) throw new Error(`${where}: ${operator} is not supported.`);
    checkPath(where, 'Variable', Variable);
  }
};

const checkErrorNames = (where: string, { ErrorEquals: names }: { readonly ErrorEquals?: readonly string[] }): void => {
  if (!names?.length) throw new Error(`${where}: ErrorEquals must name an error.`);
  if (names.includes('States.ALL') && names.length > 1) throw new Error(`${where}: States.ALL must stand alone.`);
};

const checkTask = (where: string, state: State): void => {
  if (!state.Resource) throw new Error(`${where}: Resource is missing.`);
  for (const retrier of state.Retry ?? []) {
    refuseUnknown(`${where}: Retry`, retrier, retrierFields);
    checkErrorNames(`${where}: Retry`, retrier);
  }
  for (const catcher of state.Catch ?? []) {
    refuseUnknown(`${where}: Catch`, catcher, catcherFields);
    checkErrorNames(`${where}: Catch`, catcher);
    if (catcher.ResultPath !== undefined) checkPath(where, 'Catch: ResultPath', catcher.ResultPath);
  }
};

const checkState = (where: string, state: State): void => {
  const known = stateFields[state.Type];
  if (!known) throw new Error(`${where}: the type ${state.Type} is not supported.`);
  refuseUnknown(where, state, ['Type', 'Comment', ...known]);
  const fields = state as unknown as Fields;
  for (const field of pathFields) if (fields[field] !== undefined) checkPath(where, field, fields[field]);
  checkTemplate(where, state.Parameters);
  checkTemplate(where, state.ResultSelector);
  if (known.includes('Next') && (state.Next === undefined) === (state.End !== true)) {
    throw new Error(`${where}: needs exactly one of Next and End.`);
  }
  if (state.Type === 'Task') checkTask(where, state);
  if (state.Type === 'Choice') {
    if (!state.Choices?.length) throw new Error(`${where}: Choices is missing.`);
    for (const rule of state.Choices) checkRule(where, rule);
  }
};

const targetsOf = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...(state.Catch ?? []).map(({ Next }) => Next),
    ...(state.Choices ?? []).map(({ Next }) => Next),
  ].filter((target) => target !== undefined);

const checkWays = ({ StartAt, States }: Definition): void => {
  const reached = new Set<string>();
  const follow = (from: string, target: string): void => {
    const state = States[target];
    if (!state) throw new Error(`${from} leads to ${target}, which is no state.`);
    if (reached.has(target)) return;
    reached.add(target);
    for (const next of targetsOf(state)) follow(target, next);
  };
  follow('StartAt', StartAt);
  const stranded = Object.keys(States).find((name) => !reached.has(name));
  if (stranded !== undefined) throw new Error(`${stranded} cannot be reached.`);
};

/**
 * Checks a definition in the Amazon States Language (https://states-language.net/spec.html, JSONPath).
 * @throws Error that names the state and the field, for whatever is not supported or leads nowhere
 */
export const loadDefinition = (json: unknown): Definition => {
  const definition = json as Definition & Fields;
  refuseUnknown('The machine', definition, machineFields);
  if ((definition.QueryLanguage ?? 'JSONPath') !== 'JSONPath')
    throw new Error('The machine: only JSONPath is supported.');
  for (const [name, state] of Object.entries(definition.States)) checkState(name, state);
  checkWays(definition);
  return definition;
};
