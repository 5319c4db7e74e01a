import { isRotationError, RotationError } from '../contract/errors';
import { shortId, type VersionId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { type Sentence, sentence } from '../language/sentence';
import { isoTime, spokenDuration, spokenTime } from '../language/time';
import type { MomentoPorts, RefreshReply } from '../momento/port';
import { requireRoom } from '../momento/secret-value';
import { parseToken, requireRefreshToken, type TokenDocument } from '../momento/token';
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

/** A refused refresh may mean that somebody else has just refreshed: how long to look for what they staged. */
const successorPatience: Patience = { total: 30_000, pause: 3_000 };

const refused = (input: RefreshInput, code: Sentence, now: number, outcomeUnknown: boolean): RotationError => {
  const life =
    input.validUntil === null || input.validUntil > now
      ? sentence`The current token${
          input.validUntil === null
            ? sentence``
            : sentence` lives until ${spokenTime(input.validUntil)} by its validUntil, but`
        } may be refused by Momento already.`
      : sentence`The current token has expired, ${spokenDuration(now - input.validUntil)} ago: applications are failing.`;
  const earlier = outcomeUnknown
    ? sentence` An earlier refresh of this token never came back: Momento may have answered it with a token that was lost.`
    : sentence``;
  return new RotationError(
    'RefreshRejected',
    sentence`Momento refused to refresh the token of ${input.secretName} (${code}).${earlier} ${life} Make a new token in Momento's console and store it as the secret's value.`,
  );
};

/** A refusal is a failure only if nobody else has staged a token that was made from the same current. */
const afterRefusal = (
  ports: RefreshPorts,
  input: RefreshInput,
  current: SecretVersion,
  rejected: readonly VersionId[],
): Promise<VersionId | undefined> =>
  lookFor(ports.clock, successorPatience, async () =>
    findStaged(ports, await describeUnmoved(ports, input), current, rejected),
  );

/** Momento's answer and the tries to store it must fit into what is left of the function's time. */
export const leastTimeMilliseconds = 125_000;

const tooLate = (input: RefreshInput): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`Reading the secret ${input.secretName} took so long that too little time was left to store a new token, so none was asked for. If the execution has ended, start another: it goes on from here.`,
  );

/** The claim is of no use any more; failing to say so costs the next try a wait and nothing else. */
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
  // While the request may still be on its way, the claim's lease keeps everybody else from sending a second one.
  if (!reply.mayBeUnderWay) {
    await release(ports, { ...terms, outcomeUnknown: terms.outcomeUnknown || reply.mayHaveRefreshed });
  }
  return new RotationError(
    'MomentoUnavailable',
    sentence`Momento could not refresh the token of ${input.secretName} (${reply.code})${
      reply.mayHaveRefreshed ? sentence`; whether it acted on the request is not known` : sentence``
    }. If the execution has ended, start another: it goes on from here.`,
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
/** Our claim, then the new token or the claim given back, and one for whoever else puts something at that moment. */
const neededVersions = 3;
const dayMilliseconds = 86_400_000;

/**
 * The put of the claim proves that there is room for one version, and not for the token after it: without room Momento's answer
 * would be lost. Versions of the last day are not removed, whatever becomes of them.
 */
const requireVersions = (input: RefreshInput, lasting: number): void => {
  if (lasting + neededVersions <= mostVersions) return;
  throw new RotationError(
    'SecretsManagerUnavailable',
    sentence`The secret ${input.secretName} has ${lasting} versions that are in use or younger than a day. Secrets Manager keeps ${mostVersions} and removes none of those, so a new token might find no room, and none was asked for. Run less often, or wait: an execution that is started later goes on from here.`,
  );
};

interface Prepared {
  /** Versions that would not be removed to make room. */
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
  requireRoom(current.value);
  const token = parseToken(current.value);
  requireRefreshToken(token);
  return { secret, current, token, lasting };
};

/**
 * Claims, asks Momento once, and stages the answer. Nothing stands between Momento's answer and the put of the token.
 * @throws VersionConflict, ClaimHeld, RefreshRejected, MomentoUnavailable, and what Secrets Manager's port throws
 */
export const refreshToken =
  (ports: RefreshPorts) =>
  async (input: RefreshInput): Promise<RefreshPatch> => {
    // Refresh after a resume means that the resumed token was rejected.
    const rejected =
      input.candidateVersionId === null
        ? input.rejectedVersionIds
        : [...input.rejectedVersionIds, input.candidateVersionId];
    const { secret, current, token, lasting } = await prepare(ports, input);
    const askMomento = ports.momento.prepareRefresh(token);

    // What is staged already needs no room, and who meets a live claim puts nothing.
    const mayPut = () => requireVersions(input, lasting);
    const claimed = await acquireClaim(ports, input, secret, current, rejected, mayPut);
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
      // Momento has answered, so whatever comes of the look for a successor, nobody has to wait for this claim.
      await release(ports, claimed.terms);
      const staged = await afterRefusal(ports, input, current, rejected);
      if (staged !== undefined) return resumed(staged, rejected);
    }
    throw await failRefresh(ports, input, reply, claimed.terms);
  };
