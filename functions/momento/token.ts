import { isRotationError, RotationError } from '../contract/errors';
import { isText } from '../language/json';
import { Sensitive } from '../language/sensitive';
import { fieldName, joinSentences, type Sentence, sentence } from '../language/sentence';
import type { EpochSeconds } from '../language/time';
import { baseEndpoint, keyKind } from './key';
import { malformed, readFields } from './secret-value';

/** The secret's value, read. Only `serialiseToken` gives it back as text. */
export interface TokenDocument {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive | undefined;
  readonly validUntil: EpochSeconds;
  /** All fields as they were found: unknown ones must survive a rotation. Holds the token too. */
  readonly fields: SensitiveFields;
}

/** What a refresh gives. */
export interface RefreshedToken {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive;
  /** Epoch seconds. */
  readonly validUntil: number;
}

/** Keeps the raw fields out of whatever prints an object. */
class SensitiveFields {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  reveal(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  toJSON(): string {
    return '[hidden]';
  }
}

/** `authToken` is how Momento's console writes it, `apiKey` is the newer name. */
const keyFields = ['authToken', 'apiKey'] as const;

/** Later than any epoch seconds this century: such a number is in milliseconds, and would never come due. */
const tooLateForSeconds = 1e11;

/** Whole seconds since 1970. */
export const isExpiry = (seconds: unknown): seconds is EpochSeconds =>
  Number.isSafeInteger(seconds) && (seconds as number) >= 0 && (seconds as number) < tooLateForSeconds;

const parseValidUntil = (value: unknown): EpochSeconds | undefined => {
  const seconds = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const whole = typeof seconds === 'number' ? Math.floor(seconds) : undefined;
  return isExpiry(whole) ? whole : undefined;
};

const neverRefreshable = (): RotationError =>
  new RotationError(
    'NotRefreshable',
    sentence`The secret holds a v2 API key, and Momento gives no refresh token with those. Replace the key by hand before it expires, or store a key that came with a refresh token.`,
  );

/**
 * Reads a secret's value.
 * @throws NotRefreshable for a v2 key without an expiry
 * @throws MalformedSecret naming the fields that are missing or wrong, never a value
 */
export const parseToken = (value: Sensitive | undefined): TokenDocument => {
  const fields = readFields(value);
  const keys = keyFields.filter((field) => fields[field] !== undefined);
  const validUntil = parseValidUntil(fields.validUntil);
  const wrong: Sentence[] = [];
  if (keys.length === 0) wrong.push(sentence`"authToken" (or "apiKey") is missing`);
  for (const field of keys) {
    if (!isText(fields[field])) wrong.push(sentence`${fieldName(field)} must be a string that is not empty`);
  }
  if (new Set(keys.map((field) => fields[field])).size > 1) {
    wrong.push(sentence`"authToken" and "apiKey" are both there and differ`);
  }
  if (fields.refreshToken !== undefined && fields.refreshToken !== null && typeof fields.refreshToken !== 'string') {
    wrong.push(sentence`"refreshToken" must be a string`);
  }
  if (fields.validUntil === undefined) wrong.push(sentence`"validUntil" is missing`);
  else if (validUntil === undefined) wrong.push(sentence`"validUntil" must be the expiry in seconds since 1970`);
  const key = keys.map((field) => fields[field]).find(isText);
  // Such a key may live for ever, and then its document has no validUntil. That is not what is wrong with it.
  if (key !== undefined && fields.validUntil === undefined && keyKind(new Sensitive(key)) === 'v2') {
    throw neverRefreshable();
  }
  if (wrong.length > 0 || key === undefined || validUntil === undefined) throw malformed(joinSentences(wrong, ', '));
  return {
    key: new Sensitive(key),
    refreshToken: isText(fields.refreshToken) ? new Sensitive(fields.refreshToken) : undefined,
    validUntil,
    fields: new SensitiveFields(fields),
  };
};

/** The token in a value, or the sentence that says why it holds none that can be rotated. */
export const readToken = (value: Sensitive | undefined): TokenDocument | Sentence => {
  try {
    return parseToken(value);
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret', 'NotRefreshable')) return error.message;
    throw error;
  }
};

export const isToken = (read: TokenDocument | Sentence): read is TokenDocument => typeof read !== 'string';

/**
 * The document for the refreshed token, in the shape of the old one: same key field, `validUntil` as a number or a
 * string, and every field that we do not know.
 */
export const serialiseToken = (old: TokenDocument, refreshed: RefreshedToken): Sensitive => {
  const fields = old.fields.reveal();
  const key = refreshed.key.reveal();
  return new Sensitive(
    JSON.stringify({
      ...fields,
      ...Object.fromEntries(keyFields.filter((field) => field in fields).map((field) => [field, key])),
      refreshToken: refreshed.refreshToken.reveal(),
      validUntil: typeof fields.validUntil === 'string' ? String(refreshed.validUntil) : refreshed.validUntil,
    }),
  );
};

export const isRefreshable = (token: TokenDocument): boolean =>
  token.refreshToken !== undefined && keyKind(token.key) !== 'v2';

/** @throws NotRefreshable */
export const requireRefreshToken = (token: TokenDocument): Sensitive => {
  if (keyKind(token.key) === 'v2') throw neverRefreshable();
  if (token.refreshToken === undefined) {
    throw new RotationError(
      'NotRefreshable',
      sentence`The secret holds a key without "refreshToken", so it cannot be rotated. Store the whole document that Momento's console gave you.`,
    );
  }
  return token.refreshToken;
};

/**
 * Compares a refreshed token with the one that it was made from: a refresh keeps the endpoint and the life, and makes a
 * new key, as Momento documents it. `undefined`: it is as it should be.
 */
export const driftOf = (old: TokenDocument, refreshed: TokenDocument): Sentence | undefined => {
  if (refreshed.key.equals(old.key)) return sentence`Momento gave the same key again`;
  if (refreshed.refreshToken === undefined) return sentence`the new key has no refresh token`;
  if (refreshed.validUntil < old.validUntil) return sentence`the new key expires earlier than the old one`;
  if (baseEndpoint(refreshed.key) !== baseEndpoint(old.key)) return sentence`the new key is for another endpoint`;
  return undefined;
};
