import { type Fields, isObject } from '../../functions/language/json';
import { runtimeError, StatesError } from './states-error';

/** What a path can start from. */
export interface Scope {
  /** `$`: the input of the state, its result, or in a catcher the error output. */
  readonly data: unknown;
  /** `$$`: the context object. */
  readonly context: unknown;
  /** `$name`: the variables that earlier states assigned. */
  readonly variables: Fields;
}

type Root = keyof Scope;

interface Path {
  readonly root: Root;
  /** For a variable, the first one is its name. */
  readonly fields: readonly string[];
}

/**
 * The names that variables may have, without `states`, which is reserved:
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
const name = String.raw`(?!states(?!\p{ID_Continue}))[\p{ID_Start}_]\p{ID_Continue}{0,79}`;
const namePattern = new RegExp(`^${name}$`, 'u');

/** `$`, `$$` or `$name`, then fields: `$.a.b`. No array indexes, filters or intrinsic functions. */
const pathPattern = new RegExp(String.raw`^(\$\$|\$(${name})?)((?:\.[A-Za-z_][\w-]*)*)$`, 'u');

export const isVariableName = (text: string): boolean => namePattern.test(text);

/** @throws Error without a prefix, for anything that is not a supported path */
export const parsePath = (path: string): Path => {
  const [match, start, variable, tail = ''] = pathPattern.exec(path) ?? [];
  if (match === undefined) throw new Error(`${path} is not a supported path`);
  const fields = tail.split('.').slice(1);
  if (variable !== undefined) return { root: 'variables', fields: [variable, ...fields] };
  return { root: start === '$$' ? 'context' : 'data', fields };
};

/** `undefined` if there is no such field: JSON has no `undefined` of its own. */
const fieldOf = (value: unknown, field: string): unknown =>
  isObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;

/** @throws States.Runtime if the path leads to nothing, or its variable was never assigned */
export const readPath = (path: string, scope: Scope): unknown => {
  const { root, fields } = parsePath(path);
  const value = fields.reduce(fieldOf, scope[root]);
  if (value === undefined) throw runtimeError(`The path ${path} leads to nothing.`);
  return value;
};

/**
 * The data with `value` at the path. Creates missing objects on the way; `null` leaves the data as it is.
 * @throws States.ResultPathMatchFailure if the path leads through anything but an object
 */
export const writePath = (path: string | null, data: unknown, value: unknown): unknown => {
  if (path === null) return data;
  const write = (target: unknown, [field, ...rest]: readonly string[]): unknown => {
    if (field === undefined) return value;
    if (!isObject(target ?? {})) {
      throw new StatesError('States.ResultPathMatchFailure', `ResultPath ${path} does not fit the state's input.`);
    }
    return { ...(target as object), [field]: write(fieldOf(target, field), rest) };
  };
  return write(data, parsePath(path).fields);
};

/** Fills a payload template: the field `name.$` becomes `name`, with the value at its path. */
export const fillTemplate = (template: unknown, scope: Scope): unknown => {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, scope));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), readPath(String(value), scope)] : [name, fillTemplate(value, scope)],
    ),
  );
};
