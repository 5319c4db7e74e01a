import { isRotationError, RotationError } from '../contract/errors';
import { shortId, type VersionId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { type Sentence, sentence } from '../language/sentence';
import { isoTime, spokenDuration, spokenTime } from '../language/time';
import type { MomentoPorts, RefreshReply } from '../momento/port';
import { readRefreshableToken, requireToken, type TokenDocument } from '../momento/token';
import { type Claim, type ClaimTerms, heldElsewhere, releaseClaim } from '../secret/claim';
import { lookFor, type Patience } from '../secret/look-for';
import { requireVersion } from '../secret/pending';
import type { SecretDescription, SecretPorts, SecretVersion } from '../secret/port';
import { together } from '../secret/together';
import { PREVIOUS } from '../secret/versions';
import { acquireClaim, describeUnmoved, findStaged } from './acquire-claim';
import { stageToken } from './stage';

type RefreshPorts = SecretPorts & MomentoPorts;

type RefreshInput = Pick<
  Rotation,
  'secretName' | 'secretArn' | 'currentVersionId' | 'candidateVersionId' | 'rejectedVersionIds' | 'validUntil'
>;

type RefreshPatch = Pick<
  Rotation,
  'decision' | 'detail' | 'candidateVersionId' | 'candidateValidUntil' | 'resumed' | 'rejectedVersionIds'
> &
  Partial<Pick<Rotation, 'output'>>;

/** A refused refresh may mean that another invocation has just refreshed: how long to look for the token it staged. */
const successorPatience: Patience = { total: 30_000, pause: 3_000 };

/** @param now epoch seconds */
const describeCurrent = ({ validUntil }: RefreshInput, now: number): Sentence => {
  if (validUntil === null) return sentence`Momento may already reject the current token.`;
  return validUntil > now
    ? sentence`The current token's validUntil is ${spokenTime(validUntil)}, but Momento may already reject it.`
    : sentence`The current token expired ${spokenDuration(now - validUntil)} ago: applications are failing.`;
};

/** @param now epoch seconds */
const refused = (input: RefreshInput, code: Sentence, now: number, outcomeUnknown: boolean): RotationError => {
  const earlier = outcomeUnknown
    ? sentence` The outcome of an earlier refresh of this token is unknown: Momento may have answered with a new token that was lost.`
    : sentence``;
  return new RotationError(
    'RefreshRejected',
    sentence`Momento refused to refresh the token of ${input.secretName} (${code}).${earlier} ${describeCurrent(input, now)}`,
  );
};

/** A refusal is a failure only if no other invocation has staged a token that was made from the same current. */
const afterRefusal = (
  ports: RefreshPorts,
  input: RefreshInput,
  current: SecretVersion,
  rejected: readonly VersionId[],
): Promise<VersionId | undefined> =>
  lookFor(ports.clock, successorPatience, async () =>
    findStaged(ports, await describeUnmoved(ports, input), current, rejected),
  );

/** Momento's answer and the attempts to store it must fit into the function's remaining time. */
export const leastTimeMilliseconds = 125_000;

const tooLate = (input: RefreshInput): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`Reading the secret ${input.secretName} took so long that too little time was left to store a new token. No token was requested.`,
  );

/** The claim is no longer needed. If it cannot be released, the next attempt only waits until its lease expires. */
const release = async (ports: RefreshPorts, terms: ClaimTerms): Promise<void> => {
  try {
    await releaseClaim(ports, terms);
  } catch (error) {
    ports.log.warn('claim not released', isRotationError(error) ? { reason: error.message } : {});
  }
};

const failRefresh = async (
  ports: RefreshPorts,
  input: RefreshInput,
  reply: Exclude<RefreshReply, { outcome: 'refreshed' }>,
  terms: ClaimTerms,
): Promise<RotationError> => {
  const now = ports.clock.now() / 1000;
  ports.log.count('failed_to_refresh_api_token');
  if (reply.outcome === 'rejected') {
    if (input.validUntil !== null && input.validUntil <= now) ports.log.count('no_valid_tokens');
    return refused(input, reply.code, now, terms.outcomeUnknown);
  }
  // While the request may still be under way, the claim's lease keeps others from sending a second one.
  if (!reply.mayBeUnderWay) {
    await release(ports, { ...terms, outcomeUnknown: terms.outcomeUnknown || reply.mayHaveRefreshed });
  }
  return new RotationError(
    'MomentoUnavailable',
    sentence`Momento could not refresh the token of ${input.secretName} (${reply.code})${
      reply.mayHaveRefreshed ? sentence`; it is unknown whether it acted on the request` : sentence``
    }.`,
  );
};

const resumed = (versionId: VersionId, rejected: readonly VersionId[]): RefreshPatch => ({
  decision: 'resume',
  detail: sentence`found the staged token ${shortId(versionId)} → resume`,
  candidateVersionId: versionId,
  candidateValidUntil: null,
  resumed: true,
  rejectedVersionIds: rejected,
});

const alreadyRunning = (
  input: RefreshInput,
  secret: SecretDescription,
  claim: Claim,
  rejected: readonly VersionId[],
): RefreshPatch => ({
  decision: 'running',
  detail: heldElsewhere(claim),
  candidateVersionId: null,
  candidateValidUntil: null,
  resumed: false,
  rejectedVersionIds: rejected,
  output: {
    outcome: 'alreadyRunning',
    secretName: input.secretName,
    versionId: input.currentVersionId,
    previousVersionId: secret.labels.get(PREVIOUS) ?? null,
    validUntil: input.validUntil,
    validUntilIso: input.validUntil === null ? null : isoTime(input.validUntil),
    verified: false,
    detail: heldElsewhere(claim),
  },
});

/** Secrets Manager's quota, https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const mostVersions = 100;
/** The claim, then the new token or the released claim, and one for a user who stores a value at that moment. */
const neededVersions = 3;
const dayMilliseconds = 86_400_000;

/**
 * The put of the claim proves that there is room for one version, but not for the token after it, and without room for
 * that Momento's answer would be lost.
 */
const hasRoomBeside = (lasting: number): boolean => lasting + neededVersions <= mostVersions;

const noRoom = (input: RefreshInput, lasting: number): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`The secret ${input.secretName} has ${lasting} versions that are in use or less than a day old. Secrets Manager keeps ${mostVersions} and does not delete these, so there may be no room for a new token. No token was requested. Use a longer schedule interval, or start an execution later.`,
  );

interface Prepared {
  /** How many versions Secrets Manager would not delete to make room: those in use, and those of the last day. */
  readonly lasting: number;
  readonly secret: SecretDescription;
  readonly current: SecretVersion;
  readonly token: TokenDocument;
}

const prepare = async (ports: RefreshPorts, input: RefreshInput): Promise<Prepared> => {
  const [secret, current, lasting] = await together([
    describeUnmoved(ports, input),
    requireVersion(ports, input.secretArn, input.currentVersionId),
    ports.secrets.countLastingVersions(input.secretArn, ports.clock.now() - dayMilliseconds),
  ]);
  const token = requireToken(readRefreshableToken(current.value));
  return { secret, current, token, lasting };
};

/**
 * Acquires the claim, calls Momento once, and stages the answer. Nothing runs between Momento's answer and the put of
 * the token.
 * @throws VersionConflict, ClaimHeld, MalformedSecret, NotRefreshable, RefreshRejected, MomentoUnavailable, and the
 *   errors of Secrets Manager's port
 */
export const refreshToken =
  (ports: RefreshPorts) =>
  async (input: RefreshInput): Promise<RefreshPatch> => {
    // A refresh after a resume means that Momento rejected the resumed token.
    const rejected =
      input.candidateVersionId === null
        ? input.rejectedVersionIds
        : [...input.rejectedVersionIds, input.candidateVersionId];
    const { secret, current, token, lasting } = await prepare(ports, input);
    const askMomento = ports.momento.prepareRefresh(token);

    const purpose = { input, current, rejected, hasRoom: hasRoomBeside(lasting) };
    const claimed = await acquireClaim(ports, purpose, secret);
    if (claimed.kind === 'noRoom') throw noRoom(input, lasting);
    if (claimed.kind === 'staged') return resumed(claimed.versionId, rejected);
    if (claimed.kind === 'running') {
      ports.log.count('already_running');
      return alreadyRunning(input, secret, claimed.claim, rejected);
    }

    if (ports.invocation.remainingMilliseconds() < leastTimeMilliseconds) {
      await release(ports, claimed.terms);
      throw tooLate(input);
    }
    const reply = await askMomento();
    if (reply.outcome === 'refreshed') {
      const versionId = await stageToken(ports, token, reply.token, claimed.terms);
      return {
        decision: 'staged',
        detail: sentence`refreshed; the new token ${shortId(versionId)} is valid until ${spokenTime(reply.token.validUntil)} → validate`,
        candidateVersionId: versionId,
        candidateValidUntil: reply.token.validUntil,
        resumed: false,
        rejectedVersionIds: rejected,
      };
    }
    if (reply.outcome === 'rejected') {
      // Momento has answered, so no execution needs to wait for this claim, whether or not a successor is found.
      await release(ports, claimed.terms);
      const staged = await afterRefusal(ports, input, current, rejected);
      if (staged !== undefined) return resumed(staged, rejected);
    }
    throw await failRefresh(ports, input, reply, claimed.terms);
  };
