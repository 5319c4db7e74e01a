export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };

/** What each kind of placeholder stands for. */
const kinds: Readonly<Record<string, string>> = {
  version: '[\\w-]{32,64}',
  suffix: '-[A-Za-z0-9]{6}',
  id: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  role: 'arn:aws:iam::\\d{12}:role/\\w+',
  any: '.+',
};

const placeholder = /<(\w+):(\d+)>/g;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapStrings = (value: Json, change: (text: string) => string): Json => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapStrings(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapStrings(item, change)]));
};

/** The values of one sequence's placeholders. */
export const createPlaceholders = () => {
  const values = new Map<string, string>();

  const fillText = (text: string): string =>
    text.replace(placeholder, (mark, kind: string, number: string) =>
      kind === 'text' ? 'a'.repeat(Number(number)) : (values.get(mark) ?? mark),
    );

  /** Gives the marks in the text the values that they have in the actual text, if it fits. */
  const learn = (text: string, actual: string): void => {
    const marks: string[] = [];
    const pattern = text.split(/(<\w+:\d+>)/).map((part) => {
      const kind = kinds[/^<(\w+):\d+>$/.exec(part)?.[1] ?? ''];
      if (kind === undefined) return escaped(part);
      marks.push(part);
      return `(${kind})`;
    });
    const found = new RegExp(`^${pattern.join('')}$`).exec(actual)?.slice(1) ?? [];
    for (const [index, value] of found.entries()) {
      // Two placeholders never stand for the same value.
      if (![...values.values()].includes(value)) values.set(String(marks[index]), value);
    }
  };

  /** The recorded value with its placeholders filled, as far as the actual value fits. */
  const resolve = (recorded: Json, actual: Json): Json => {
    if (typeof recorded === 'string') {
      const known = fillText(recorded);
      if (typeof actual === 'string') learn(known, actual);
      return fillText(known);
    }
    if (Array.isArray(recorded)) {
      return recorded.map((item: Json, index) => resolve(item, Array.isArray(actual) ? actual[index] : undefined));
    }
    if (!isObject(recorded)) return recorded;
    return Object.fromEntries(
      Object.entries(recorded).map(([key, item]) => [
        fillText(key),
        resolve(item, isObject(actual) ? actual[fillText(key)] : undefined),
      ]),
    );
  };

  return { resolve, fill: (input: Json): Json => mapStrings(input, fillText) };
};
