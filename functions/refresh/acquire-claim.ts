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

/** What a claim is for. */
interface ClaimPurpose {
  readonly input: Seen;
  readonly current: SecretVersion;
  /** Tokens that this execution saw rejected: they are not resumed. */
  readonly rejected: readonly VersionId[];
  /** Secrets Manager has room for the claim and for the versions that follow it. */
  readonly hasRoom: boolean;
}

type Acquired =
  | { readonly kind: 'claimed'; readonly terms: ClaimTerms }
  | { readonly kind: 'staged'; readonly versionId: VersionId }
  | { readonly kind: 'running'; readonly claim: Claim }
  /** The claim is free, but nothing was put, because there is no room for the token after it. */
  | { readonly kind: 'noRoom' };

/** What the turns so far have shown. */
interface Known {
  /** Every claim number below this one is taken, whatever the labels show. */
  readonly lowestNumber: number;
  /** An earlier refresh of current went out, and its outcome is unknown. */
  readonly outcomeUnknown: boolean;
  readonly lookedTwice: boolean;
}

/** `again`: describe the secret once more, and take another turn with what is known now. */
type Turn = Acquired | { readonly kind: 'again'; readonly known: Known };

const nothingKnown: Known = { lowestNumber: 1, outcomeUnknown: false, lookedTwice: false };

/**
 * How many turns there are, and so how many claim numbers are tried, one after the other. The first is usually free. If
 * someone removed the labels, the numbers start again at 1 and meet old claims, of which Secrets Manager keeps about
 * 100. No number may be skipped: the next one may be the claim of an invocation that is refreshing right now.
 */
const mostTurns = 120;

/**
 * How long to wait before a second look, if an earlier refresh has an unknown outcome. Its token may be staged already
 * and hidden from a read that lags, and a refresh token that is used twice may revoke every key.
 */
const secondLookMilliseconds = 30_000;

const claimHeld = (input: Seen, until: number): RotationError =>
  new RotationError(
    'ClaimHeld',
    sentence`An earlier attempt may still be refreshing the token of ${input.secretName}. It holds the refresh lock until ${spokenTime(until / 1000)}, and no other attempt refreshes before then.`,
  );

/** A claim of unknown age may have been made at this very moment. */
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
  // An operator may have removed AWSPENDING from a token that works. Another refresh from a single-use refresh token
  // could revoke it, and the successor label still leads to it.
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

/** @throws ClaimHeld if it is the claim of an earlier invocation of this execution */
const heldBy = (input: Seen, claim: Claim): Acquired => {
  if (claim.owner === 'anotherExecution') return { kind: 'running', claim };
  throw claimHeld(input, claim.expiresAt);
};

/** What a claim that is over tells: whether a refresh of current that it led to has an unknown outcome. */
const learnFrom = (claim: Claim | undefined, current: SecretVersion, known: Known): Known => ({
  ...known,
  outcomeUnknown: known.outcomeUnknown || (claim?.base === current.versionId && claim.outcomeUnknown),
});

/** Puts the next claim, if there is room for what it leads to. */
const tryNextClaim = async (
  ports: ClaimPorts,
  { input, current, hasRoom }: ClaimPurpose,
  secret: SecretDescription,
  known: Known,
): Promise<Turn> => {
  if (!hasRoom) return { kind: 'noRoom' };
  const number = Math.max(nextClaimNumber(secret), known.lowestNumber);
  const terms = { arn: secret.arn, base: current.versionId, number, outcomeUnknown: known.outcomeUnknown };
  const taken = await putClaim(ports, terms);
  if (taken === 'claimed') return { kind: 'claimed', terms };
  if (taken === 'unreadable') throw heldFromNow(ports, input);
  if (taken.live) return heldBy(input, taken);
  // The labels that we saw are outdated: this number is taken, and so is every number below it.
  return { kind: 'again', known: { ...learnFrom(taken, current, known), lowestNumber: number + 1 } };
};

/** One attempt to claim, from one view of the secret. */
const takeTurn = async (
  ports: ClaimPorts,
  purpose: ClaimPurpose,
  secret: SecretDescription,
  before: Known,
): Promise<Turn> => {
  const { input, current, rejected } = purpose;
  const staged = await findStaged(ports, secret, current, rejected);
  if (staged !== undefined) return { kind: 'staged', versionId: staged };
  const last = await readLastClaim(ports, secret);
  if (last === 'unreadable') throw heldFromNow(ports, input);
  if (last?.live) return heldBy(input, last);
  const known = learnFrom(last, current, before);
  if (known.outcomeUnknown && !known.lookedTwice) {
    await ports.clock.sleep(secondLookMilliseconds);
    return { kind: 'again', known: { ...known, lookedTwice: true } };
  }
  return tryNextClaim(ports, purpose, secret, known);
};

/**
 * Gets the sole right to refresh, or says why not.
 * @param first the secret as it was described last
 * @throws ClaimHeld if an earlier invocation of this execution may still run
 * @throws VersionConflict if current is no longer what Fetch saw
 * @throws SecretsManagerUnavailable if reads lag too far behind to tell
 */
export const acquireClaim = async (
  ports: ClaimPorts,
  purpose: ClaimPurpose,
  first: SecretDescription,
): Promise<Acquired> => {
  let secret = first;
  let known = nothingKnown;
  for (let turns = 0; turns < mostTurns; turns += 1) {
    const turn = await takeTurn(ports, purpose, secret, known);
    if (turn.kind !== 'again') return turn;
    known = turn.known;
    secret = await describeUnmoved(ports, purpose.input);
  }
  throw new RotationError(
    'SecretsManagerUnavailable',
    sentence`The refresh lock of ${purpose.input.secretName} could not be acquired: reads of the secret lag too far behind. Nothing was refreshed.`,
  );
};
