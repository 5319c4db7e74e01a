import { RotationError } from '../contract/errors';
import { Sensitive } from '../language/sensitive';
import { fieldName, type Sentence, sentence } from '../language/sentence';
import { keyKind } from './key';

export const malformed = (reason: Sentence): RotationError =>
  new RotationError(
    'MalformedSecret',
    sentence`The secret does not hold a Momento token: ${reason}. Store the JSON document that Momento's console gave you (authToken or apiKey, refreshToken, validUntil) as the secret's value.`,
    reason,
  );

/** What is no JSON is mostly one of these mistakes. The parser's own message quotes the text, so nobody gets to see it. */
const whyNoJson = (text: string): Sentence => {
  if (text.trim() === '') return sentence`it is empty`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: UTF-16 that was read as UTF-8 is full of them
  if (/^\ufeff|[\u0000\ufffd]/.test(text)) return sentence`it is text, but not plain UTF-8 without a byte order mark`;
  if (keyKind(new Sensitive(text.trim())) !== 'unknown')
    return sentence`it is a bare key, without the document around it`;
  if (text.trimStart().startsWith('{')) {
    return sentence`it begins like a JSON object and is none, so it was cut off or changed on its way`;
  }
  return sentence`it is no JSON. A secret that was made without a value holds such a random string: no token has been imported yet`;
};

const whyNoObject = (value: unknown): Sentence => {
  if (Array.isArray(value)) return sentence`it is a JSON list, not an object`;
  if (typeof value === 'string' && value.trimStart().startsWith('{')) {
    return sentence`it is a JSON object inside of a JSON string: it was encoded twice`;
  }
  return sentence`it is JSON, but no object`;
};

const knownFields: readonly string[] = ['authToken', 'apiKey', 'refreshToken', 'validUntil'];

/** Whatever else is a field may be anything, like what it holds. */
const spokenField = (field: string): Sentence => (knownFields.includes(field) ? fieldName(field) : sentence`a field`);

/** Deeper than any document of Momento's. From some thousands on, a value can be read but not be written any more. */
const deepest = 100;

/** The digits that matter and the power of ten behind them: the same for every way to write one number. */
const digitsAndPower = (text: string): string => {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return short === '' ? '0' : `${short}e${Number(power) - fraction.length + digits.length - short.length}`;
};

/** A number that comes back as the same one, however it is written. */
const isKept = (text: string): boolean => {
  const value = Number(text);
  return Number.isFinite(value) && digitsAndPower(String(value)) === digitsAndPower(text);
};

/** What `JSON.parse` passes over in silence. Takes the text of a JSON value, and looks at every object in it. */
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
      if (fields.has(field)) return sentence`${spokenField(field)} stands in it twice`;
      fields.add(field);
    } else if (token.startsWith('"')) lastString = token;
    else if (!isKept(token)) return sentence`a number in it has more digits than can be kept: put it in quotes`;
    if (open.length > deepest) return sentence`it is nested deeper than ${deepest} levels`;
  }
  return undefined;
};

/**
 * The fields of a secret's value, if it can be read and written back without losing any.
 * @throws MalformedSecret, with the mistake that was probably made
 */
export const readFields = (value: Sensitive | undefined): Readonly<Record<string, unknown>> => {
  if (value === undefined) throw malformed(sentence`it is binary, not text`);
  const text = value.reveal();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed(whyNoJson(text));
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw malformed(whyNoObject(parsed));
  const unfaithful = whyNotFaithful(text);
  if (unfaithful !== undefined) throw malformed(unfaithful);
  return parsed as Readonly<Record<string, unknown>>;
};

/** What Secrets Manager stores at most, in bytes, less room for a key that is longer than its predecessor. */
const largestRefreshable = 65_536 - 8_192;

/**
 * Before anything is asked of Momento: a document that fills its secret leaves no place for the new token.
 * @throws MalformedSecret
 */
export const requireRoom = (value: Sensitive | undefined): void => {
  if (Buffer.byteLength(value?.reveal() ?? '') <= largestRefreshable) return;
  throw malformed(
    sentence`it is larger than ${largestRefreshable} bytes, so that a new token might not fit beside the other fields`,
  );
};
