import type { SecretArn, VersionId } from '../contract/names';
import type { Invocation } from '../contract/ports';
import { claimLeaseSeconds } from '../contract/timing';
import { Sensitive } from '../language/sensitive';
import { type Sentence, sentence } from '../language/sentence';
import { spokenTime } from '../language/time';
import { readKnownVersion } from './pending';
import type { SecretDescription, SecretPorts, SecretVersion } from './port';
import { CLAIM, claimId, lastClaimIsFulfilled } from './versions';

/**
 * What stands in a version labelled `momento-claim`: who is refreshing, and no token. It holds no time, because the same
 * claim put twice must be the same value.
 */
interface ClaimRecord {
  readonly kind: 'claim' | 'release';
  readonly execution: string;
  readonly invocation: string;
  readonly base: string;
  readonly number: number;
  /** Since `base` is current, a refresh of it has gone out whose outcome nobody knows. */
  readonly outcomeUnknown: boolean;
}

/** A claim as others see it. */
export interface Claim {
  readonly owner: 'thisInvocation' | 'thisExecution' | 'anotherExecution';
  /** Its owner may still call Momento, or be waiting for the answer. */
  readonly live: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly base: string | undefined;
  readonly outcomeUnknown: boolean;
}

const parseRecord = (value: Sensitive | undefined): Partial<ClaimRecord> => {
  try {
    const parsed: unknown = JSON.parse(value?.reveal() ?? '');
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    // Somebody put the label on a version of their own. Its owner counts as another execution.
    return {};
  }
};

const judgeClaim = (version: SecretVersion, invocation: Invocation, now: number): Claim => {
  const record = parseRecord(version.value);
  const expiresAt = version.createdAt + claimLeaseSeconds * 1000;
  const sameExecution = record.execution === invocation.execution;
  return {
    owner: !sameExecution
      ? 'anotherExecution'
      : record.invocation === invocation.id
        ? 'thisInvocation'
        : 'thisExecution',
    live: record.kind !== 'release' && now < expiresAt,
    expiresAt,
    base: record.base,
    // A claim that was neither released nor fulfilled: its owner died between the claim and the put of the token.
    outcomeUnknown: record.kind !== 'release' || record.outcomeUnknown === true,
  };
};

/** Why an execution ends as `alreadyRunning`, and until when. */
export const heldElsewhere = (claim: Claim): Sentence =>
  sentence`another execution has claimed the refresh and may be at it, if it has not broken off, until ${spokenTime(claim.expiresAt / 1000)} → nothing to do before`;

/** What claiming takes. */
export type ClaimPorts = Pick<SecretPorts, 'secrets' | 'clock' | 'invocation'>;

/**
 * The last claim, as long as it matters: `undefined` when there is none, or when its token is staged. `unreadable`: its
 * label shows and its value does not yet, so that it must count as held.
 */
export const readLastClaim = async (
  ports: ClaimPorts,
  secret: SecretDescription,
): Promise<Claim | 'unreadable' | undefined> => {
  const label = secret.labels.get(CLAIM);
  if (label === undefined || lastClaimIsFulfilled(secret)) return undefined;
  const version = await readKnownVersion(ports, secret.arn, label);
  return version === undefined ? 'unreadable' : judgeClaim(version, ports.invocation, ports.clock.now());
};

export interface ClaimTerms {
  readonly arn: SecretArn;
  readonly base: VersionId;
  readonly number: number;
  /** A refresh of this base before this claim went out, and nobody knows how it ended. */
  readonly outcomeUnknown: boolean;
}

const putRecord = ({ secrets, invocation }: ClaimPorts, kind: ClaimRecord['kind'], terms: ClaimTerms) => {
  const record: ClaimRecord = {
    kind,
    execution: invocation.execution,
    invocation: invocation.id,
    base: terms.base,
    number: terms.number,
    outcomeUnknown: terms.outcomeUnknown,
  };
  return secrets.put(terms.arn, {
    versionId: claimId(terms.arn, terms.number),
    value: new Sensitive(JSON.stringify(record)),
    labels: [CLAIM],
  });
};

/**
 * Claims the right to refresh. The put is a test-and-set, and it proves that the secret can be written (IAM, KMS) before
 * anything is asked of Momento.
 * @returns `claimed`, or the claim that has the number already (`unreadable` if it does not show yet)
 */
export const putClaim = async (ports: ClaimPorts, terms: ClaimTerms): Promise<'claimed' | 'unreadable' | Claim> => {
  if ((await putRecord(ports, 'claim', terms)) === 'stored') return 'claimed';
  const taken = await ports.secrets.readVersion(terms.arn, claimId(terms.arn, terms.number));
  if (taken === undefined) return 'unreadable';
  const claim = judgeClaim(taken, ports.invocation, ports.clock.now());
  return claim.owner === 'thisInvocation' && claim.live ? 'claimed' : claim;
};

/**
 * Gives a claim back: its owner will not call Momento any more, so nobody has to wait for the lease. It is a claim
 * record with the next number. If it cannot be put, the lease does its work.
 */
export const releaseClaim = async (ports: ClaimPorts, terms: ClaimTerms): Promise<void> => {
  await putRecord(ports, 'release', { ...terms, number: terms.number + 1 });
};
