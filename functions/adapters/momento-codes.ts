import { RotationError } from '../contract/errors';
import { codeWord, sentence } from '../language/sentence';
import type { Check, RefreshReply } from '../momento/port';

// The codes are the values of the SDK's MomentoErrorCode. They are strings here, so that code which only judges them
// does not load the SDK.

/** The key or the refresh token is not accepted, and asking again will not change that. */
const rejections: ReadonlySet<string> = new Set(['AUTHENTICATION_ERROR', 'INVALID_ARGUMENT_ERROR']);

/** Momento answered without having looked at the refresh token. */
const untouched: ReadonlySet<string> = new Set(['LIMIT_EXCEEDED_ERROR']);

/** Nobody answered: the request may be acted on yet. A dropped connection looks like one that never was. */
const unanswered: ReadonlySet<string> = new Set([
  'CANCELLED_ERROR',
  'SERVER_UNAVAILABLE',
  'TIMEOUT_ERROR',
  'UNKNOWN_ERROR',
]);

/** What a refresh that ended with this code of the SDK's `MomentoErrorCode` means. */
export const judgeRefreshError = (code: string): RefreshReply => {
  if (rejections.has(code) || code === 'PERMISSION_ERROR') {
    return { outcome: 'rejected', code: codeWord(code) };
  }
  return {
    outcome: 'unavailable',
    code: codeWord(code),
    mayHaveRefreshed: !untouched.has(code),
    mayBeUnderWay: unanswered.has(code),
  };
};

/**
 * What a test of a token that ended with this code of the SDK's `MomentoErrorCode` means.
 * @throws MomentoUnavailable if it says nothing about the token
 */
export const judgeCheckError = (code: string): Check => {
  if (rejections.has(code)) return 'rejected';
  if (code === 'PERMISSION_ERROR') return 'forbidden';
  // The key was accepted, or Momento would not say whether there is such a cache.
  if (code === 'NOT_FOUND_ERROR') return 'works';
  throw new RotationError(
    'MomentoUnavailable',
    sentence`Momento could not say whether the token works (${codeWord(code)}). The test changed nothing.`,
  );
};
