import { runtimeError, StatesError } from './states-error';

type Segment = string | number;

/** `$.a.b[0]['c']`, or the same behind `$$` for the context object: the reference paths of the language, no filters. */
const segmentPattern = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']+)'\]/y;

/** Throws a plain Error for what is no reference path. */
export const parsePath = (path: string): { readonly context: boolean; readonly segments: readonly Segment[] } => {
  const context = path.startsWith('$$');
  const segments: Segment[] = [];
  let position = context ? 2 : 1;
  while (position < path.length) {
    segmentPattern.lastIndex = position;
    const match = segmentPattern.exec(path);
    if (!match) break;
    segments.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]));
    position = segmentPattern.lastIndex;
  }
  if (!path.startsWith('$') || position < path.length) throw new Error(`${path} is no reference path`);
  return { context, segments };
};

const child = (value: unknown, segment: Segment): unknown => {
  if (typeof segment === 'number') return Array.isArray(value) ? value[segment] : undefined;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, segment) ? (value as Record<string, unknown>)[segment] : undefined;
};

/** Where paths lead: a state's data, and the context object. */
export interface Scope {
  readonly data: unknown;
  readonly context: unknown;
}

/** `undefined` if nothing is there; JSON holds no undefined of its own. */
export const lookUp = (path: string, { data, context }: Scope): unknown => {
  const parsed = parsePath(path);
  return parsed.segments.reduce<unknown>(child, parsed.context ? context : data);
};

/** @throws States.Runtime if nothing is there */
export const readPath = (path: string, scope: Scope): unknown => {
  const value = lookUp(path, scope);
  if (value === undefined) throw runtimeError(`The path ${path} leads to nothing in the state's data.`);
  return value;
};

/**
 * The data with `value` put at the path; objects on the way are made, items of arrays must be there.
 * @throws States.ResultPathMatchFailure if the path leads through anything else
 */
export const writePath = (path: string, data: unknown, value: unknown): unknown => {
  const put = (target: unknown, [segment, ...rest]: readonly Segment[]): unknown => {
    if (segment === undefined) return value;
    if (Array.isArray(target) && typeof segment === 'number' && segment < target.length) {
      return target.with(segment, put(target[segment], rest));
    }
    if (typeof segment === 'number' || typeof (target ?? {}) !== 'object' || Array.isArray(target)) {
      throw new StatesError('States.ResultPathMatchFailure', `ResultPath ${path} does not fit the state's input.`);
    }
    return { ...(target as object), [segment]: put(child(target, segment), rest) };
  };
  return put(data, parsePath(path).segments);
};

/** Fills a payload template: a field `name.$` becomes `name` with what its path leads to. */
export const fillTemplate = (template: unknown, scope: Scope): unknown => {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, scope));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') ? [name.slice(0, -2), readPath(String(value), scope)] : [name, fillTemplate(value, scope)],
    ),
  );
};
