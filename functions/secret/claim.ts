import type { SecretArn, VersionId } from '../contract/names';
import type { Invocation } from '../contract/ports';
import { claimLeaseSeconds } from '../contract/timing';
import { asFields, parsed } from '../language/json';
import { Sensitive } from '../language/sensitive';
import { type Sentence, sentence } from '../language/sentence';
import { spokenTime } from '../language/time';
import { readKnownVersion } from './pending';
import type { SecretDescription, SecretPorts, SecretVersion } from './port';
import { CLAIM, claimId, lastClaimIsFulfilled } from './versions';

/**
 * The value of a version labelled `momento-claim`: who is refreshing, and no token. It holds no time, because the same
 * claim put twice must be the same value.
 */
interface ClaimRecord {
  readonly kind: 'claim' | 'release';
  readonly execution: string;
  readonly invocation: string;
  readonly base: string;
  readonly number: number;
  /** A refresh of `base` has gone out before this claim, and its outcome is unknown. */
  readonly outcomeUnknown: boolean;
}

/** A claim as others see it. */
export interface Claim {
  readonly owner: 'thisInvocation' | 'thisExecution' | 'anotherExecution';
  /** Its owner may still call Momento, or may be waiting for the answer. */
  readonly live: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly base: string | undefined;
  readonly outcomeUnknown: boolean;
}

/** Empty if a user put the label on a version of their own: its owner then counts as another execution. */
const parseRecord = (value: Sensitive | undefined): Partial<ClaimRecord> => asFields(parsed(value?.reveal()));

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
    // A claim that is neither released nor fulfilled: its owner stopped between the claim and the put of the token.
    outcomeUnknown: record.kind !== 'release' || record.outcomeUnknown === true,
  };
};

/** Why an execution ends as `alreadyRunning`, and when another one can refresh. */
export const heldElsewhere = (claim: Claim): Sentence =>
  sentence`another execution holds the refresh lock until ${spokenTime(claim.expiresAt / 1000)}; it may be running or interrupted → start again after that time`;

/** The ports that a claim needs. */
export type ClaimPorts = Pick<SecretPorts, 'secrets' | 'clock' | 'invocation'>;

/**
 * The last claim. `undefined`: the secret has no claim, or the token of the last one is staged. `unreadable`: the label
 * is visible but the value is not yet, so the claim must count as held.
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
  /** A refresh of this base went out before this claim, and its outcome is unknown. */
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
 * Claims the right to refresh. The put is a test-and-set, and it proves that the secret can be written (IAM, KMS)
 * before Momento is called.
 * @returns `claimed`, or the claim that already has the number (`unreadable` if it is not visible yet)
 */
export const putClaim = async (ports: ClaimPorts, terms: ClaimTerms): Promise<'claimed' | 'unreadable' | Claim> => {
  if ((await putRecord(ports, 'claim', terms)) === 'stored') return 'claimed';
  const taken = await ports.secrets.readVersion(terms.arn, claimId(terms.arn, terms.number));
  if (taken === undefined) return 'unreadable';
  const claim = judgeClaim(taken, ports.invocation, ports.clock.now());
  return claim.owner === 'thisInvocation' && claim.live ? 'claimed' : claim;
};

/**
 * Releases a claim: its owner will not call Momento any more, so no one needs to wait for the lease. The release is a
 * record with the next number. If it cannot be put, the claim ends when its lease expires.
 */
export const releaseClaim = async (ports: ClaimPorts, terms: ClaimTerms): Promise<void> => {
  await putRecord(ports, 'release', { ...terms, number: terms.number + 1 });
};
