export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of an object; `{}` for anything else. */
export const asFields = (value: unknown): Fields => (isObject(value) ? value : {});

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** `undefined` if the text is missing or is not valid JSON. */
export const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
