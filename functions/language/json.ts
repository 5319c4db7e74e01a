export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** None of what is no object. */
export const asFields = (value: unknown): Fields => (isObject(value) ? value : {});

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** `undefined` for what is no JSON, or cut off. */
export const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
