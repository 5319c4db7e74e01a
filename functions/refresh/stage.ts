import { isRotationError, RotationError } from '../contract/errors';
import type { VersionId } from '../contract/names';
import { sentence } from '../language/sentence';
import { spokenDuration } from '../language/time';
import { type RefreshedToken, serialiseToken, type TokenDocument } from '../momento/token';
import type { ClaimTerms } from '../secret/claim';
import type { SecretPorts } from '../secret/port';
import { PENDING, SUCCESSOR, stagedId } from '../secret/versions';

/** Left for the answer to reach Step Functions when the put of the token fails to the last. */
const spareMilliseconds = 5_000;

/** Shorter than the pauses of those who have no token in hand: Secrets Manager's writes are shared, and this one should come first. */
const longestPauseMilliseconds = 2_000;

/** A refusal is not retried by the state machine: another refresh would lose another token. */
const lost = (error: unknown): RotationError =>
  new RotationError(
    isRotationError(error, 'AccessDenied') ? 'AccessDenied' : 'SecretsManagerUnavailable',
    sentence`Momento gave a new token, but it could not be stored, so it is lost. ${
      isRotationError(error)
        ? error.message
        : sentence`If the execution has ended, start another: it goes on from here.`
    }`,
  );

/**
 * Stores the refreshed token under AWSPENDING and `momento-successor`, in one call. It may be the only copy of the only
 * token that works, so every error is tried again, even a refusal, until the function's own time is nearly over.
 * @throws SecretsManagerUnavailable or AccessDenied then
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
      // Another value under our id: take another id, never give the token up.
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
