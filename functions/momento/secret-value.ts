import { type Fields, isObject } from '../language/json';
import { Sensitive } from '../language/sensitive';
import { fieldName, type Sentence, sentence } from '../language/sentence';
import { keyKind } from './key';

/** Why a value is not JSON: the common mistakes. The parser's own message quotes the text, so it is never shown. */
const whyNotJson = (text: string): Sentence => {
  if (text.trim() === '') return sentence`it is empty`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: UTF-16 that was read as UTF-8 is full of them
  if (/^\ufeff|[\u0000\ufffd]/.test(text)) return sentence`it is text, but not plain UTF-8 without a byte order mark`;
  if (keyKind(new Sensitive(text.trim())) !== 'unknown') {
    return sentence`it is a bare key, without the JSON document around it`;
  }
  if (text.trimStart().startsWith('{')) {
    return sentence`it starts like a JSON object but is not valid JSON; it was truncated or altered`;
  }
  return sentence`it is not JSON. A secret that was created without a value holds a random string like this: no token has been imported yet`;
};

const whyNotObject = (value: unknown): Sentence => {
  if (Array.isArray(value)) return sentence`it is a JSON list, not an object`;
  if (typeof value === 'string' && value.trimStart().startsWith('{')) {
    return sentence`it is a JSON object inside a JSON string: it was encoded twice`;
  }
  return sentence`it is JSON, but not an object`;
};

const knownFields: readonly string[] = ['authToken', 'apiKey', 'refreshToken', 'validUntil'];

/** The name of an unknown field may hold anything, like its value, so it is not repeated. */
const spokenField = (field: string): Sentence => (knownFields.includes(field) ? fieldName(field) : sentence`a field`);

/** Deeper than any document of Momento's. A value with thousands of levels can be parsed, but not serialised again. */
const deepest = 100;

/** The significant digits and the power of ten: the same for every way to write one number. */
const digitsAndPower = (text: string): string => {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return short === '' ? '0' : `${short}e${Number(power) - fraction.length + digits.length - short.length}`;
};

/** Parsing and serialising gives the same number again, perhaps in another notation. */
const isKept = (text: string): boolean => {
  const value = Number(text);
  return Number.isFinite(value) && digitsAndPower(String(value)) === digitsAndPower(text);
};

/**
 * What `JSON.parse` loses silently, and so a rotation would: a field that appears twice, digits of a number. Takes the
 * text of a valid JSON value. `undefined`: nothing would be lost.
 */
const whyNotFaithful = (text: string): Sentence | undefined => {
  const open: (Set<string> | 'list')[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]|-?\d[\d.eE+-]*/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push('list');
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const fields = open.at(-1);
      const field = JSON.parse(lastString) as string;
      if (fields === undefined || fields === 'list') continue;
      if (fields.has(field)) return sentence`${spokenField(field)} appears twice in it`;
      fields.add(field);
    } else if (token.startsWith('"')) lastString = token;
    else if (!isKept(token)) return sentence`a number in it has more digits than can be preserved: put it in quotes`;
    if (open.length > deepest) return sentence`it is nested deeper than ${deepest} levels`;
  }
  return undefined;
};

/** The fields of a secret's value, or the reason why it cannot be read and written back without losing any. */
export const readFields = (value: Sensitive | undefined): Fields | Sentence => {
  if (value === undefined) return sentence`it is binary, not text`;
  const text = value.reveal();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return whyNotJson(text);
  }
  return isObject(json) ? (whyNotFaithful(text) ?? json) : whyNotObject(json);
};

/** The most that Secrets Manager stores, in bytes, less room for a key that is longer than its predecessor. */
const largestRefreshable = 65_536 - 8_192;

/** Why a value leaves no room for a new token beside its other fields; `undefined` if it does. */
export const whyNoRoom = (value: Sensitive | undefined): Sentence | undefined =>
  Buffer.byteLength(value?.reveal() ?? '') <= largestRefreshable
    ? undefined
    : sentence`it is larger than ${largestRefreshable} bytes, so a new token might not fit beside the other fields`;
