import { RotationError } from '../contract/errors';
import { type Fields, isText } from '../language/json';
import { Sensitive } from '../language/sensitive';
import { fieldName, joinSentences, type Sentence, sentence } from '../language/sentence';
import type { EpochSeconds } from '../language/time';
import { baseEndpoint, keyKind } from './key';
import { readFields, whyNoRoom } from './secret-value';

/** A secret's value, parsed. Only `serialiseToken` turns it into text again. */
export interface TokenDocument {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive | undefined;
  readonly validUntil: EpochSeconds;
  /** All fields as they were found, the token's too: unknown ones must survive a rotation. */
  readonly fields: SensitiveFields;
}

/** Why a value holds no token that can be rotated. */
export interface TokenProblem {
  readonly error: 'MalformedSecret' | 'NotRefreshable';
  /** A clause whose subject is the value, such as "it is empty". */
  readonly reason: Sentence;
}

/** The result of a refresh. */
export interface RefreshedToken {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive;
  /** Epoch seconds. */
  readonly validUntil: number;
}

/** Hides the raw fields from everything that prints an object. */
class SensitiveFields {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  reveal(): Fields {
    return this.#fields;
  }

  toJSON(): string {
    return '[hidden]';
  }
}

/** Momento's console writes `authToken`; `apiKey` is the newer name. */
const keyFields = ['authToken', 'apiKey'] as const;

/** Epoch seconds after this century: such a number is in milliseconds, and the token would never come due. */
const tooLateForSeconds = 1e11;

/** Whole seconds since 1970. */
export const isExpiry = (seconds: unknown): seconds is EpochSeconds =>
  Number.isSafeInteger(seconds) && (seconds as number) >= 0 && (seconds as number) < tooLateForSeconds;

const parseValidUntil = (value: unknown): EpochSeconds | undefined => {
  const seconds = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const whole = typeof seconds === 'number' ? Math.floor(seconds) : undefined;
  return isExpiry(whole) ? whole : undefined;
};

const malformed = (reason: Sentence): TokenProblem => ({ error: 'MalformedSecret', reason });

const v2Key: TokenProblem = {
  error: 'NotRefreshable',
  reason: sentence`it is a v2 API key, and Momento issues no refresh token with v2 keys`,
};

const noRefreshToken: TokenProblem = { error: 'NotRefreshable', reason: sentence`it has no "refreshToken"` };

const unusableFields = (fields: Fields): readonly Sentence[] => {
  const wrong: Sentence[] = [];
  const keys = keyFields.filter((field) => fields[field] !== undefined);
  if (keys.length === 0) wrong.push(sentence`"authToken" (or "apiKey") is missing`);
  for (const field of keys) {
    if (!isText(fields[field])) wrong.push(sentence`${fieldName(field)} must be a string that is not empty`);
  }
  if (new Set(keys.map((field) => fields[field])).size > 1) {
    wrong.push(sentence`"authToken" and "apiKey" are both present and differ`);
  }
  if (fields.refreshToken !== undefined && fields.refreshToken !== null && typeof fields.refreshToken !== 'string') {
    wrong.push(sentence`"refreshToken" must be a string`);
  }
  if (fields.validUntil === undefined) wrong.push(sentence`"validUntil" is missing`);
  else if (parseValidUntil(fields.validUntil) === undefined) {
    wrong.push(sentence`"validUntil" must be the expiry in seconds since 1970`);
  }
  return wrong;
};

/** Reads a secret's value. A problem names the fields that are missing or wrong, and never a value. */
export const readToken = (value: Sensitive | undefined): TokenDocument | TokenProblem => {
  const fields = readFields(value);
  if (typeof fields === 'string') return malformed(fields);
  const key = keyFields.map((field) => fields[field]).find(isText);
  // A v2 key may never expire, and then its document has no validUntil: that is not the problem with it.
  if (key !== undefined && fields.validUntil === undefined && keyKind(new Sensitive(key)) === 'v2') return v2Key;
  const wrong = unusableFields(fields);
  const validUntil = parseValidUntil(fields.validUntil);
  if (wrong.length > 0 || key === undefined || validUntil === undefined) return malformed(joinSentences(wrong, ', '));
  return {
    key: new Sensitive(key),
    refreshToken: isText(fields.refreshToken) ? new Sensitive(fields.refreshToken) : undefined,
    validUntil,
    fields: new SensitiveFields(fields),
  };
};

const whyNotRefreshable = (token: TokenDocument): TokenProblem | undefined => {
  if (keyKind(token.key) === 'v2') return v2Key;
  return token.refreshToken === undefined ? noRefreshToken : undefined;
};

/** As `readToken`, for a value that is to be refreshed: it must have a refresh token, and room for a new token. */
export const readRefreshableToken = (value: Sensitive | undefined): TokenDocument | TokenProblem => {
  const noRoom = whyNoRoom(value);
  if (noRoom !== undefined) return malformed(noRoom);
  const read = readToken(value);
  return isToken(read) ? (whyNotRefreshable(read) ?? read) : read;
};

export const isToken = (read: TokenDocument | TokenProblem): read is TokenDocument => 'key' in read;

export const isRefreshable = (token: TokenDocument): boolean => whyNotRefreshable(token) === undefined;

const meaningOf: Readonly<Record<TokenProblem['error'], Sentence>> = {
  MalformedSecret: sentence`The secret does not hold a Momento token`,
  NotRefreshable: sentence`The token in the secret cannot be refreshed`,
};

const errorOf = ({ error, reason }: TokenProblem): RotationError =>
  new RotationError(error, sentence`${meaningOf[error]}: ${reason}.`);

/** @throws MalformedSecret or NotRefreshable if it is a problem */
export const requireToken = (read: TokenDocument | TokenProblem): TokenDocument => {
  if (isToken(read)) return read;
  throw errorOf(read);
};

/** @throws NotRefreshable */
export const requireRefreshToken = (token: TokenDocument): Sensitive => {
  const { refreshToken } = token;
  const problem = whyNotRefreshable(token);
  if (problem !== undefined || refreshToken === undefined) throw errorOf(problem ?? noRefreshToken);
  return refreshToken;
};

/**
 * The value that holds the refreshed token, in the shape of the old one: the same key fields, `validUntil` as a number
 * or as a string, and every unknown field.
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

/**
 * Why a refreshed token is not compatible with the token that it was made from; `undefined` if it is. Momento documents
 * that a refresh issues a new key with the same endpoint and lifetime.
 */
export const driftOf = (old: TokenDocument, refreshed: TokenDocument): Sentence | undefined => {
  if (refreshed.key.equals(old.key)) return sentence`Momento returned the same key again`;
  if (refreshed.refreshToken === undefined) return sentence`the new key has no refresh token`;
  if (refreshed.validUntil < old.validUntil) return sentence`the new key expires earlier than the old one`;
  if (baseEndpoint(refreshed.key) !== baseEndpoint(old.key)) return sentence`the new key is for another endpoint`;
  return undefined;
};
