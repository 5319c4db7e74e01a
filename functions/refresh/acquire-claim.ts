import { currentMoved, RotationError } from '../contract/errors';
import type { VersionId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { claimLeaseSeconds } from '../contract/timing';
import { sentence } from '../language/sentence';
import { spokenTime } from '../language/time';
import { type Claim, type ClaimPorts, type ClaimTerms, putClaim, readLastClaim } from '../secret/claim';
import { judgePending } from '../secret/pending';
import type { SecretDescription, SecretVersion } from '../secret/port';
import { CURRENT, nextClaimNumber, successorOf } from '../secret/versions';

/** What Fetch saw. */
type Seen = Pick<Rotation, 'secretName' | 'secretArn' | 'currentVersionId'>;

/**
 * How many numbers are tried, one after the other. Mostly the first is free. If somebody took our labels off, the numbers
 * begin again, and may run into old claims: of those Secrets Manager keeps no more than about 100. None may be jumped
 * over, because the claim of somebody who is refreshing right now may be the next.
 */
const mostNumbers = 120;

const claimHeld = (input: Seen, until: number): RotationError =>
  new RotationError(
    'ClaimHeld',
    sentence`An earlier try may still be refreshing the token of ${input.secretName}. Its claim ends at ${spokenTime(until / 1000)}, and nobody else refreshes before that. If the execution has ended, start another then: it goes on from here.`,
  );

/**
 * Before anybody refreshes once more after a claim that came to nothing anybody knows of: reads may lag, and hide the token
 * that its owner did stage. A refresh token that is used twice may cost every key.
 */
const secondLookMilliseconds = 30_000;

/** A claim whose age is not known may have been made this very moment. */
const heldFromNow = ({ clock }: ClaimPorts, input: Seen): RotationError =>
  claimHeld(input, clock.now() + claimLeaseSeconds * 1000);

/** A staged token to resume that this execution has not seen rejected, if the secret offers one at this moment. */
export const findStaged = async (
  ports: ClaimPorts,
  secret: SecretDescription,
  current: SecretVersion,
  rejected: readonly VersionId[],
): Promise<VersionId | undefined> => {
  const pending = await judgePending(ports, secret, current);
  // An operator's hand may have taken AWSPENDING off a token that works, and refreshing again from a single-use
  // refresh token could cost it: the successor label still leads there.
  const candidates = [
    pending.kind === 'candidate' ? pending.versionId : undefined,
    successorOf(secret, current.versionId),
  ];
  return candidates.find((versionId) => versionId !== undefined && !rejected.includes(versionId));
};

/** @throws VersionConflict if current is no longer what Fetch saw */
export const describeUnmoved = async (ports: ClaimPorts, input: Seen): Promise<SecretDescription> => {
  const secret = await ports.secrets.describe(input.secretArn);
  if (secret.labels.get(CURRENT) !== input.currentVersionId) throw currentMoved(input);
  return secret;
};

export type Acquired =
  | { readonly kind: 'claimed'; readonly terms: ClaimTerms }
  | { readonly kind: 'staged'; readonly versionId: VersionId }
  | { readonly kind: 'running'; readonly claim: Claim };

/**
 * Gets the sole right to refresh, or finds out why not.
 * @param mayPut throws if there is no room for what a claim leads to
 * @throws ClaimHeld if an earlier invocation of this execution may still live; VersionConflict
 */
export const acquireClaim = async (
  ports: ClaimPorts,
  input: Seen,
  first: SecretDescription,
  current: SecretVersion,
  rejected: readonly VersionId[],
  mayPut: () => void,
): Promise<Acquired> => {
  let lowestNumber = 1;
  let outcomeUnknown = false;
  let lookedTwice = false;
  let secret = first;
  for (let attempt = 0; attempt < mostNumbers; attempt += 1) {
    const staged = await findStaged(ports, secret, current, rejected);
    if (staged !== undefined) return { kind: 'staged', versionId: staged };
    let last = await readLastClaim(ports, secret);
    if (last === 'unreadable') throw heldFromNow(ports, input);
    if (last === undefined || !last.live) {
      outcomeUnknown ||= last?.base === current.versionId && last.outcomeUnknown;
      if (outcomeUnknown && !lookedTwice) {
        lookedTwice = true;
        await ports.clock.sleep(secondLookMilliseconds);
        secret = await describeUnmoved(ports, input);
        continue;
      }
      const number = Math.max(nextClaimNumber(secret), lowestNumber);
      const terms = { arn: secret.arn, base: current.versionId, number, outcomeUnknown };
      mayPut();
      const result = await putClaim(ports, terms);
      if (result === 'claimed') return { kind: 'claimed', terms };
      if (result === 'unreadable') throw heldFromNow(ports, input);
      if (!result.live) {
        // Our view of the labels was outdated: the number is spent, and so is everything below it.
        outcomeUnknown ||= result.base === current.versionId && result.outcomeUnknown;
        lowestNumber = number + 1;
      }
      last = result;
    }
    if (last.live && last.owner === 'anotherExecution') return { kind: 'running', claim: last };
    if (last.live) throw claimHeld(input, last.expiresAt);
    secret = await describeUnmoved(ports, input);
  }
  throw new RotationError(
    'SecretsManagerUnavailable',
    sentence`The refresh of ${input.secretName} could not be claimed: reads of the secret lag too far behind. Nothing was refreshed. If the execution has ended, start another: it goes on from here.`,
  );
};
