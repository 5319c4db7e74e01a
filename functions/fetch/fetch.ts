import { RotationError } from '../contract/errors';
import { gaugeExpiry } from '../contract/expiry';
import { shortId } from '../contract/names';
import type { Decision, ExecutionOutput, Outcome, Request, Rotation } from '../contract/rotation';
import type { FetchSettings } from '../contract/settings';
import { type Sentence, sentence } from '../language/sentence';
import { isoTime, spokenDuration } from '../language/time';
import { isRefreshable, isToken, parseToken, readToken, type TokenDocument } from '../momento/token';
import { heldElsewhere, readLastClaim } from '../secret/claim';
import { judgePending, requireVersion } from '../secret/pending';
import type { SecretDescription, SecretPorts, SecretVersion } from '../secret/port';
import { together } from '../secret/together';
import { CURRENT, isStagedByUs, PREVIOUS } from '../secret/versions';
import { isDue } from './due';

export interface FetchInput {
  readonly request: Request;
  /** Epoch milliseconds. */
  readonly executionStartedAt: number;
  /** What this execution did before it came back to Fetch. */
  readonly tidied: number;
  readonly startedOver: boolean;
}

type FetchPorts = Pick<SecretPorts, 'secrets' | 'clock' | 'invocation' | 'log'>;

/** More than this, and somebody stages as fast as we tidy, or the reads lag: the retry of the state waits a while. */
const mostTidies = 2;

const nativeRotationOn = (secret: SecretDescription): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`Secrets Manager's own rotation is still switched on for ${secret.name}, and two rotations of one token can invalidate each other's result. Turn it off: aws secretsmanager cancel-rotate-secret --secret-id ${secret.name}`,
  );

const readBoth = async ({ secrets }: FetchPorts, secretName: Request['secretName']) => {
  const [secret, current] = await together([secrets.describe(secretName), secrets.readCurrent(secretName)]);
  return { secret, current };
};

/** The version that DescribeSecret calls current, and its value: the two reads may see different moments. */
const readCurrentVersion = async (ports: FetchPorts, secretName: Request['secretName']) => {
  const { secret, current } = await readBoth(ports, secretName);
  const versionId = secret.labels.get(CURRENT);
  if (versionId === undefined) {
    throw new RotationError(
      'MalformedSecret',
      sentence`The secret ${secret.name} has no value: no token has been imported yet. Store the JSON document that Momento's console gave you as its value.`,
    );
  }
  if (current?.versionId === versionId) return { secret, current };
  return { secret, current: await requireVersion(ports, secret.arn, versionId) };
};

interface Found {
  readonly secret: SecretDescription;
  readonly current: SecretVersion;
  readonly token: TokenDocument | undefined;
}

interface Finding {
  readonly decision: Decision;
  readonly detail: Sentence;
  readonly candidateVersionId?: Rotation['candidateVersionId'];
  readonly outcome?: 'notDue' | 'alreadyRunning';
}

const lifeLeft = (token: TokenDocument, now: number): Sentence => {
  const left = token.validUntil - now;
  return left > 0
    ? sentence`valid for ${spokenDuration(left)}`
    : sentence`expired ${spokenDuration(left)} ago, by its validUntil`;
};

/** Without a pending token: is a refresh due, and may it begin? */
const judgeCurrent = async (ports: FetchPorts, settings: FetchSettings, input: FetchInput, found: Found) => {
  const { secret, current } = found;
  const token = found.token ?? parseToken(current.value);
  const now = ports.clock.now() / 1000;
  const seen = sentence`current ${shortId(current.versionId)} ${lifeLeft(token, now)}`;
  if (input.startedOver && current.createdAt >= input.executionStartedAt) {
    return {
      decision: 'notDue',
      detail: sentence`${seen}, and was put there while this execution ran → nothing to do`,
      outcome: 'notDue',
    } satisfies Finding;
  }
  if (!isRefreshable(token)) {
    // Not only when it comes due: then it is too late to find out. Refresh says why, and the alert how long it lives.
    return { decision: 'refresh', detail: sentence`${seen}, and cannot be refreshed → refresh` } satisfies Finding;
  }
  const issuedAt = current.createdAt / 1000;
  const due = isDue(settings.rotateBefore, { issuedAt, validUntil: token.validUntil }, now);
  if (!due && !input.request.force) {
    return { decision: 'notDue', detail: sentence`${seen} → not due`, outcome: 'notDue' } satisfies Finding;
  }
  const claim = await readLastClaim(ports, secret);
  if (claim !== undefined && claim !== 'unreadable' && claim.live && claim.owner === 'anotherExecution') {
    return { decision: 'running', detail: heldElsewhere(claim), outcome: 'alreadyRunning' } satisfies Finding;
  }
  return { decision: 'refresh', detail: sentence`${seen} → refresh` } satisfies Finding;
};

const judge = async (ports: FetchPorts, settings: FetchSettings, input: FetchInput, found: Found): Promise<Finding> => {
  const { secret, current } = found;
  const pending = await judgePending(ports, secret, current);
  const seen = sentence`current ${shortId(current.versionId)}`;
  if (pending.kind === 'none') return judgeCurrent(ports, settings, input, found);
  const { versionId } = pending;
  if (pending.kind === 'candidate') {
    return {
      decision: 'resume',
      detail: sentence`${seen}, pending ${shortId(versionId)} ${
        isStagedByUs(versionId) ? sentence`from an unfinished rotation` : sentence`staged by hand`
      } → resume`,
      candidateVersionId: versionId,
    };
  }
  if (input.tidied >= mostTidies) {
    throw new RotationError(
      'SecretsManagerUnavailable',
      sentence`AWSPENDING of ${secret.name} still shows on version ${versionId} after it was taken off twice. Nothing is lost. If the execution has ended, start another: it goes on from here.`,
    );
  }
  const detail =
    versionId === current.versionId
      ? sentence`AWSPENDING is left on current ${shortId(versionId)} → tidy up`
      : sentence`${seen}, pending ${shortId(versionId)} was overtaken by it → tidy up`;
  return { decision: 'tidy', detail, candidateVersionId: versionId };
};

const outputOf = (found: Found, detail: Sentence, outcome: Outcome | undefined): ExecutionOutput | null => {
  if (outcome === undefined) return null;
  const { secret, current, token } = found;
  return {
    outcome,
    secretName: secret.name,
    versionId: current.versionId,
    previousVersionId: secret.labels.get(PREVIOUS) ?? null,
    validUntil: token?.validUntil ?? null,
    validUntilIso: token ? isoTime(token.validUntil) : null,
    verified: false,
    detail,
  };
};

const measure = ({ log, clock }: FetchPorts, { request }: FetchInput, { token }: Found, { outcome }: Finding): void => {
  // An execution that goes on to rotate tells how long the new token lives: the old one's end is no reason for an alarm.
  if (token && (outcome !== undefined || request.dryRun)) gaugeExpiry(log, clock, token.validUntil);
  if (request.dryRun || outcome === undefined) return;
  log.count(outcome === 'notDue' ? 'not_due' : 'already_running');
  if (outcome === 'notDue') log.count('succeeded');
};

/**
 * Looks at the secret and decides what this execution does; changes nothing. It reads twice (DescribeSecret and
 * GetSecretValue), and a third time only where the two do not agree, or for a last claim or a pending version that somebody made by hand.
 */
export const fetchRotation =
  (ports: FetchPorts, settings: FetchSettings) =>
  async (input: FetchInput): Promise<Rotation> => {
    const { secret, current } = await readCurrentVersion(ports, input.request.secretName);
    if (secret.nativeRotation) throw nativeRotationOn(secret);
    // A pending token may rescue a secret whose current value is none, so that is no error yet.
    const read = readToken(current.value);
    const found = { secret, current, token: isToken(read) ? read : undefined };
    const finding = await judge(ports, settings, input, found);
    measure(ports, input, found, finding);
    return {
      secretName: secret.name,
      secretArn: secret.arn,
      decision: finding.decision,
      detail: finding.detail,
      currentVersionId: current.versionId,
      candidateVersionId: finding.candidateVersionId ?? null,
      candidateValidUntil: null,
      verdict: null,
      testedAt: null,
      resumed: finding.decision === 'resume',
      rejectedVersionIds: [],
      validUntil: found.token?.validUntil ?? null,
      skipValidation: settings.skipValidation,
      dryRun: input.request.dryRun,
      tidied: input.tidied,
      startedOver: input.startedOver,
      output: outputOf(found, finding.detail, input.request.dryRun ? 'dryRun' : finding.outcome),
    };
  };
