import { isRotationError, RotationError } from '../contract/errors';
import type { VersionId } from '../contract/names';
import { sentence } from '../language/sentence';
import { spokenDuration } from '../language/time';
import { type RefreshedToken, serialiseToken, type TokenDocument } from '../momento/token';
import type { ClaimTerms } from '../secret/claim';
import type { SecretPorts } from '../secret/port';
import { PENDING, SUCCESSOR, stagedId } from '../secret/versions';

/** Kept back so that the error still reaches Step Functions when every put of the token fails. */
const spareMilliseconds = 5_000;

/**
 * Shorter than the pauses of writers without a token in hand: they share Secrets Manager's quota for writes, and this
 * write should come first.
 */
const longestPauseMilliseconds = 2_000;

/** AccessDenied keeps its name, so the state machine does not retry it: another refresh would lose another token. */
const lost = (error: unknown): RotationError =>
  new RotationError(
    isRotationError(error, 'AccessDenied') ? 'AccessDenied' : 'SecretsManagerUnavailable',
    sentence`Momento issued a new token, but it could not be stored, so it is lost.${
      isRotationError(error) ? sentence` ${error.message}` : sentence``
    }`,
  );

/**
 * Stores the refreshed token under AWSPENDING and `momento-successor`, in one call. It may be the only copy of the only
 * token that works, so every error is retried, even a refusal, until shortly before the function's timeout.
 * @throws SecretsManagerUnavailable or AccessDenied after the last attempt: the token is lost
 */
export const stageToken = async (
  { secrets, clock, invocation, log }: SecretPorts,
  old: TokenDocument,
  refreshed: RefreshedToken,
  claim: ClaimTerms,
): Promise<VersionId> => {
  const value = serialiseToken(old, refreshed);
  const remaining = () => invocation.remainingMilliseconds() - spareMilliseconds;
  let idAttempt = 0;
  let pause = 200;
  let lastError: unknown;
  do {
    const versionId = stagedId(claim.arn, claim.base, claim.number, invocation.id, idAttempt);
    try {
      const result = await secrets.put(claim.arn, { versionId, value, labels: [PENDING, SUCCESSOR] });
      if (result === 'stored') return versionId;
      // The id holds another value: use another id, and never give up the token.
      idAttempt += 1;
    } catch (error) {
      lastError = error;
    }
    log.warn('token not stored yet', { left: spokenDuration(remaining() / 1000) });
    await clock.sleep(Math.min(pause, Math.max(remaining(), 0)));
    pause = Math.min(pause * 2, longestPauseMilliseconds);
  } while (remaining() > 0);
  throw lost(lastError);
};
