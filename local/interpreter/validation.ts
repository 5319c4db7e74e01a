import { isObject } from '../../functions/language/json';
import { isVariableName, parsePath } from './paths';

/** Throws if a field must not have this value; `where` names the state and the field. */
type Check = (where: string, value: unknown) => void;

/** The fields of an object. Any other is refused. */
interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

const must =
  (description: string, fits: (value: unknown) => boolean): Check =>
  (where, value) => {
    if (!fits(value)) throw new Error(`${where} must be ${description}.`);
  };

/** Step Functions accepts no longer time, in seconds. */
const maximum = 99_999_999;

const isWhole = (value: unknown, minimum: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;

const text = must('a string', (value) => typeof value === 'string');
const boolean = must('a boolean', (value) => typeof value === 'boolean');
const anyObject = must('an object', isObject);
const seconds = must('a whole number of seconds from 1 on', (value) => isWhole(value, 1));

const listOf =
  (item: Check): Check =>
  (where, value) => {
    if (!Array.isArray(value) || value.length === 0) throw new Error(`${where} must be a list that is not empty.`);
    for (const each of value) item(where, each);
  };

const objectOf =
  ({ required, optional = {} }: Shape): Check =>
  (where, value) => {
    if (!isObject(value)) throw new Error(`${where} must be an object.`);
    const checks = new Map(Object.entries({ Comment: text, ...required, ...optional }));
    for (const [field, content] of Object.entries(value)) {
      const check = checks.get(field);
      if (!check) throw new Error(`${where}: ${field} is not supported.`);
      check(`${where}: ${field}`, content);
    }
    const missing = Object.keys(required).find((field) => !Object.hasOwn(value, field));
    if (missing !== undefined) throw new Error(`${where}: ${missing} is missing.`);
  };

const path: Check = (where, value) => {
  if (typeof value !== 'string') throw new Error(`${where} must be a path.`);
  try {
    parsePath(value);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}.`);
  }
};

const resultPath: Check = (where, value) => {
  if (value === null) return;
  path(where, value);
  if (parsePath(String(value)).root !== 'data') throw new Error(`${where}: only a path into the data can be written.`);
};

const template: Check = (where, value) => {
  if (typeof value !== 'object' || value === null) return;
  for (const [field, content] of Object.entries(value)) {
    if (!field.endsWith('.$')) template(where, content);
    else if (Object.hasOwn(value, field.slice(0, -2))) throw new Error(`${where}: ${field} is given twice.`);
    else path(`${where}: ${field}`, content);
  }
};

const objectTemplate: Check = (where, value) => {
  anyObject(where, value);
  template(where, value);
};

const assignment: Check = (where, value) => {
  objectTemplate(where, value);
  for (const field of Object.keys(value as object)) {
    const name = field.replace(/\.\$$/, '');
    if (!isVariableName(name)) throw new Error(`${where}: ${name} is not a valid name for a variable.`);
  }
};

/** Other patterns than `lambda:invoke` wait for a job or a token, or write other events. */
const resource: Check = (where, value) => {
  text(where, value);
  if (!/^arn:[^:]+:states:::[a-z]+:[A-Za-z]+$/.test(String(value))) {
    throw new Error(`${where}: the pattern of ${value} is not supported.`);
  }
};

/** Retriers or catchers: only the last one may be for States.ALL, which stands alone. */
const handlers =
  ({ required, optional = {} }: Shape): Check =>
  (where, value) => {
    listOf(objectOf({ required: { ErrorEquals: listOf(text), ...required }, optional }))(where, value);
    const names = (value as { readonly ErrorEquals: readonly string[] }[]).map(({ ErrorEquals }) => ErrorEquals);
    for (const [index, each] of names.entries()) {
      if (!each.includes('States.ALL')) continue;
      if (each.length > 1) throw new Error(`${where}: States.ALL must stand alone.`);
      if (index < names.length - 1) throw new Error(`${where}: States.ALL must stand last.`);
    }
  };

const retry = handlers({
  required: {},
  optional: {
    IntervalSeconds: seconds,
    MaxAttempts: must('a whole number', (value) => isWhole(value, 0)),
    BackoffRate: must('a number from 1 on', (value) => typeof value === 'number' && value >= 1),
    MaxDelaySeconds: seconds,
    JitterStrategy: must('FULL or NONE', (value) => value === 'FULL' || value === 'NONE'),
  },
});

const catchers = handlers({ required: { Next: text }, optional: { Assign: assignment, ResultPath: resultPath } });

const operators = { StringEquals: text, BooleanEquals: boolean };

const rule: Check = (where, value) => {
  objectOf({ required: { Variable: path, Next: text }, optional: operators })(where, value);
  const given = Object.keys(operators).filter((operator) => Object.hasOwn(value as object, operator));
  if (given.length !== 1) {
    throw new Error(`${where}: a rule needs exactly one of ${Object.keys(operators).join(', ')}.`);
  }
};

/** All fields that are supported, by the type of the state. */
const states: Readonly<Record<string, Shape>> = {
  Task: {
    required: { Resource: resource, Next: text },
    optional: {
      Parameters: objectTemplate,
      ResultSelector: objectTemplate,
      ResultPath: resultPath,
      TimeoutSeconds: seconds,
      Retry: retry,
      Catch: catchers,
    },
  },
  Choice: { required: { Choices: listOf(rule), Default: text } },
  Pass: { required: { Next: text }, optional: { Parameters: objectTemplate } },
  Succeed: { required: {}, optional: { OutputPath: path } },
  Fail: { required: { ErrorPath: path, CausePath: path } },
};

/**
 * Checks one state, without the states that it leads to.
 * @throws Error that names the state and the field
 */
export const checkState: Check = (where, value) => {
  const type = isObject(value) ? String(value.Type) : undefined;
  const shape = type !== undefined && Object.hasOwn(states, type) ? states[type] : undefined;
  if (!shape) throw new Error(`${where}: the type ${type} is not supported.`);
  objectOf({ ...shape, required: { Type: text, ...shape.required } })(where, value);
};

/**
 * Checks the fields of the machine itself, without its states.
 * @throws Error that names the field
 */
export const checkMachine = (value: unknown): void =>
  objectOf({ required: { StartAt: text, States: anyObject }, optional: { TimeoutSeconds: seconds } })(
    'The machine',
    value,
  );
