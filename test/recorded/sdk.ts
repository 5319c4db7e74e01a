import { Buffer } from 'node:buffer';
import type { Json } from './placeholders';
import type { Refusal } from './replay-calls';

const isBytes = (name: string): boolean => name.endsWith('Binary') || name === 'BinaryValue';

/** Bytes are in base64 in a recording; the SDK takes them as bytes. */
export const withBytes = (value: Json, name = ''): unknown => {
  if (typeof value === 'string') return isBytes(name) ? Buffer.from(value, 'base64') : value;
  if (Array.isArray(value)) return value.map((item: Json) => withBytes(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withBytes(item, key)]));
};

/** The SDK's answer in the form of a recording. */
export const asRecorded = (value: unknown): Json => {
  if (value instanceof Date) return '<date>';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asRecorded);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      key === '$metadata' || item === undefined ? [] : [[key, asRecorded(item)]],
    ),
  );
};

/** The code is the one on the wire: for SNS, the SDK gives some errors another name. */
export const asRefusal = (error: unknown): Required<Refusal> => {
  const { name, message, Code, $metadata } = error as Error & {
    readonly Code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  // Without metadata, the service did not answer at all.
  if ($metadata?.httpStatusCode === undefined) throw error;
  return { code: Code ?? name, status: $metadata.httpStatusCode, message };
};
