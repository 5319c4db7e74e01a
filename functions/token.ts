import type { EpochSeconds } from './contract';
import { isRotationError, RotationError } from './errors';
import type { RefreshedToken } from './ports';
import { Sensitive } from './sensitive';
import { fieldName, joinSentences, type Sentence, sentence } from './sentence';

/** The secret's value, read. Only `serialiseToken` gives it back as text. */
export interface TokenDocument {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive | undefined;
  readonly validUntil: EpochSeconds;
  /** All fields as they were found: unknown ones must survive a rotation. Holds the token too. */
  readonly fields: SensitiveFields;
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

const malformed = (reason: Sentence): RotationError =>
  new RotationError(
    'MalformedSecret',
    sentence`The secret does not hold a Momento token: ${reason}. Store the JSON document that Momento's console gave you (authToken or apiKey, refreshToken, validUntil) as the secret's value.`,
  );

const parseObject = (value: Sensitive): Readonly<Record<string, unknown>> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.reveal());
  } catch {
    // The parser's message quotes the text, so it stays here.
    throw malformed(
      sentence`it is not JSON; either no token has been imported yet, or the file was not stored as plain UTF-8`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed(sentence`it is not a JSON object`);
  }
  return parsed as Readonly<Record<string, unknown>>;
};

const parseValidUntil = (value: unknown): EpochSeconds | undefined => {
  const seconds = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? Math.floor(seconds) : undefined;
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Reads a secret's value.
 * @throws MalformedSecret naming the fields that are missing or wrong, never a value
 */
export const parseToken = (value: Sensitive | undefined): TokenDocument => {
  if (value === undefined) throw malformed(sentence`it is binary, not text`);
  const fields = parseObject(value);
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
  else if (validUntil === undefined || validUntil >= tooLateForSeconds) {
    wrong.push(sentence`"validUntil" must be the expiry in seconds since 1970`);
  }
  const key = keys.map((field) => fields[field]).find(isText);
  if (wrong.length > 0 || key === undefined || validUntil === undefined) throw malformed(joinSentences(wrong, ', '));
  return {
    key: new Sensitive(key),
    refreshToken: isText(fields.refreshToken) ? new Sensitive(fields.refreshToken) : undefined,
    validUntil,
    fields: new SensitiveFields(fields),
  };
};

/** The token in a value, or the sentence that says why it holds none. */
export const readToken = (value: Sensitive | undefined): TokenDocument | Sentence => {
  try {
    return parseToken(value);
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret')) return error.message;
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

const claimsOf = (key: string): Readonly<Record<string, unknown>> => {
  const decode = (text: string | undefined, encoding: 'base64' | 'base64url'): Readonly<Record<string, unknown>> => {
    try {
      const parsed: unknown = JSON.parse(Buffer.from(text ?? '', encoding).toString('utf8'));
      return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
    } catch {
      return {};
    }
  };
  return key.includes('.') ? decode(key.split('.')[1], 'base64url') : decode(key, 'base64');
};

/**
 * The kinds of key that Momento has given out: `legacy` is a JWT that names its endpoints, `v1` is base64 of
 * `{"api_key", "endpoint"}`, `v2` is a JWT with the claim `t: "g"` and has no refresh token.
 */
export const keyKind = (key: Sensitive): 'legacy' | 'v1' | 'v2' | 'unknown' => {
  const claims = claimsOf(key.reveal());
  if (isText(claims.api_key) && isText(claims.endpoint)) return 'v1';
  if (claims.t === 'g') return 'v2';
  return isText(claims.cp) && isText(claims.c) ? 'legacy' : 'unknown';
};

/** The host that all of a key's endpoints share, so that a legacy key and its v1 successor can be compared. */
const baseEndpoint = (key: Sensitive): string | undefined => {
  const claims = claimsOf(key.reveal());
  if (isText(claims.endpoint)) return claims.endpoint;
  return isText(claims.c) ? claims.c.replace(/^cache\./, '') : undefined;
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

/** @throws NotRefreshable */
export const requireRefreshToken = (token: TokenDocument): Sensitive => {
  if (keyKind(token.key) === 'v2') {
    throw new RotationError(
      'NotRefreshable',
      sentence`The secret holds a v2 API key, and Momento gives no refresh token with those. Replace the key by hand before it expires, or store a key that came with a refresh token.`,
    );
  }
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
