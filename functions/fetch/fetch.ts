import { RotationError } from '../contract/errors';
import { gaugeExpiry } from '../contract/expiry';
import { shortId, type VersionId } from '../contract/names';
import type { Decision, ExecutionOutput, Outcome, Request, Rotation } from '../contract/rotation';
import type { FetchSettings } from '../contract/settings';
import { type Sentence, sentence } from '../language/sentence';
import { isoTime, spokenDuration } from '../language/time';
import {
  isRefreshable,
  isToken,
  readToken,
  requireToken,
  type TokenDocument,
  type TokenProblem,
} from '../momento/token';
import { type Claim, heldElsewhere, readLastClaim } from '../secret/claim';
import { judgePending, requireVersion } from '../secret/pending';
import type { SecretDescription, SecretPorts, SecretVersion } from '../secret/port';
import { together } from '../secret/together';
import { CURRENT, isStagedByUs, PREVIOUS } from '../secret/versions';
import { isDue } from './due';

interface FetchInput {
  readonly request: Request;
  /** Epoch milliseconds. */
  readonly executionStartedAt: number;
  /** How often this execution has tidied up before it returned to Fetch. */
  readonly tidied: number;
  readonly startedOver: boolean;
}

type FetchPorts = Pick<SecretPorts, 'secrets' | 'clock' | 'invocation' | 'log'>;

/**
 * After more tidying than this, either someone stages as fast as this execution tidies, or reads lag: the error makes
 * the state wait before it retries.
 */
const mostTidies = 2;

/** The secret as Fetch found it. */
interface Found {
  readonly secret: SecretDescription;
  readonly current: SecretVersion;
  /** What the current version holds. */
  readonly read: TokenDocument | TokenProblem;
}

interface Finding {
  readonly decision: Decision;
  readonly detail: Sentence;
  readonly candidateVersionId?: VersionId;
  readonly outcome?: 'notDue' | 'alreadyRunning';
}

const nativeRotationOn = (secret: SecretDescription): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`Secrets Manager's automatic rotation is still switched on for ${secret.name}, and two rotations of one token can invalidate each other's result. Turn it off: aws secretsmanager cancel-rotate-secret --secret-id ${secret.name}`,
  );

const withoutValue = (secret: SecretDescription): RotationError =>
  new RotationError(
    'MalformedSecret',
    sentence`The secret ${secret.name} has no value: no token has been imported yet.`,
  );

const stillPending = (secret: SecretDescription, versionId: VersionId): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`AWSPENDING of ${secret.name} still shows on version ${versionId} after it was removed twice. Nothing is lost.`,
  );

/** The version that DescribeSecret calls current, and its value: the two reads may see different moments. */
const readCurrentVersion = async (ports: FetchPorts, name: Request['secretName']) => {
  const { secrets } = ports;
  const [secret, current] = await together([secrets.describe(name), secrets.readCurrent(name)]);
  const versionId = secret.labels.get(CURRENT);
  if (versionId === undefined) throw withoutValue(secret);
  if (current?.versionId === versionId) return { secret, current };
  return { secret, current: await requireVersion(ports, secret.arn, versionId) };
};

const tokenOf = ({ read }: Found): TokenDocument | undefined => (isToken(read) ? read : undefined);

const describeExpiry = (token: TokenDocument, now: number): Sentence => {
  const left = token.validUntil - now;
  return left > 0
    ? sentence`valid for ${spokenDuration(left)}`
    : sentence`expired ${spokenDuration(left)} ago, by its validUntil`;
};

/** The claim, if another execution holds it. Refresh judges a claim of this execution, or one that cannot be read. */
const readForeignClaim = async (ports: FetchPorts, secret: SecretDescription): Promise<Claim | undefined> => {
  const claim = await readLastClaim(ports, secret);
  if (claim === undefined || claim === 'unreadable') return undefined;
  return claim.live && claim.owner === 'anotherExecution' ? claim : undefined;
};

/**
 * Nothing is pending: is a refresh due, and may it begin?
 * @throws MalformedSecret or NotRefreshable if current holds no token
 */
const judgeCurrent = async (
  ports: FetchPorts,
  settings: FetchSettings,
  input: FetchInput,
  { secret, current, read }: Found,
): Promise<Finding> => {
  const token = requireToken(read);
  const now = ports.clock.now() / 1000;
  const seen = sentence`current ${shortId(current.versionId)} ${describeExpiry(token, now)}`;
  if (input.startedOver && current.createdAt >= input.executionStartedAt) {
    const detail = sentence`${seen}, and was made current while this execution ran → nothing to do`;
    return { decision: 'notDue', detail, outcome: 'notDue' };
  }
  if (!isRefreshable(token)) {
    // Even when it is not due: at that time it is too late to find out. Refresh throws the reason, and the alert says
    // how long the token is valid.
    return {
      decision: 'refresh',
      detail: sentence`${seen}, but cannot be refreshed → Refresh will fail with the reason`,
    };
  }
  const issuedAt = current.createdAt / 1000;
  const due = isDue(settings.rotateBefore, { issuedAt, validUntil: token.validUntil }, now);
  if (!due && !input.request.force) {
    return { decision: 'notDue', detail: sentence`${seen} → not due`, outcome: 'notDue' };
  }
  const claim = await readForeignClaim(ports, secret);
  return claim === undefined
    ? { decision: 'refresh', detail: sentence`${seen} → refresh` }
    : { decision: 'running', detail: heldElsewhere(claim), outcome: 'alreadyRunning' };
};

const resumePending = ({ current }: Found, pending: VersionId): Finding => {
  const origin = isStagedByUs(pending) ? sentence`from an unfinished rotation` : sentence`staged by hand`;
  return {
    decision: 'resume',
    detail: sentence`current ${shortId(current.versionId)}, pending ${shortId(pending)} ${origin} → resume`,
    candidateVersionId: pending,
  };
};

/** @throws SecretsManagerUnavailable if this execution has tidied up often enough */
const tidyPending = (input: FetchInput, { secret, current }: Found, leftover: VersionId): Finding => {
  if (input.tidied >= mostTidies) throw stillPending(secret, leftover);
  const detail =
    leftover === current.versionId
      ? sentence`AWSPENDING is left on current ${shortId(leftover)} → tidy up`
      : sentence`current ${shortId(current.versionId)}, pending ${shortId(leftover)} is outdated → tidy up`;
  return { decision: 'tidy', detail, candidateVersionId: leftover };
};

const judge = async (ports: FetchPorts, settings: FetchSettings, input: FetchInput, found: Found): Promise<Finding> => {
  const pending = await judgePending(ports, found.secret, found.current);
  switch (pending.kind) {
    case 'none':
      return judgeCurrent(ports, settings, input, found);
    case 'candidate':
      return resumePending(found, pending.versionId);
    case 'leftover':
      return tidyPending(input, found, pending.versionId);
  }
};

const measure = ({ log, clock }: FetchPorts, { request }: FetchInput, found: Found, { outcome }: Finding): void => {
  const token = tokenOf(found);
  // An execution that continues to rotate reports the new token's expiry: the old one's is no reason for an alarm.
  if (token && (outcome !== undefined || request.dryRun)) gaugeExpiry(log, clock, token.validUntil);
  if (request.dryRun || outcome === undefined) return;
  log.count(outcome === 'notDue' ? 'not_due' : 'already_running');
  if (outcome === 'notDue') log.count('succeeded');
};

const outputOf = (found: Found, detail: Sentence, outcome: Outcome | undefined): ExecutionOutput | null => {
  if (outcome === undefined) return null;
  const token = tokenOf(found);
  return {
    outcome,
    secretName: found.secret.name,
    versionId: found.current.versionId,
    previousVersionId: found.secret.labels.get(PREVIOUS) ?? null,
    validUntil: token?.validUntil ?? null,
    validUntilIso: token ? isoTime(token.validUntil) : null,
    verified: false,
    detail,
  };
};

const rotationOf = (settings: FetchSettings, input: FetchInput, found: Found, finding: Finding): Rotation => ({
  secretName: found.secret.name,
  secretArn: found.secret.arn,
  decision: finding.decision,
  detail: finding.detail,
  currentVersionId: found.current.versionId,
  candidateVersionId: finding.candidateVersionId ?? null,
  candidateValidUntil: null,
  verdict: null,
  testedAt: null,
  resumed: finding.decision === 'resume',
  rejectedVersionIds: [],
  validUntil: tokenOf(found)?.validUntil ?? null,
  skipValidation: settings.skipValidation,
  dryRun: input.request.dryRun,
  tidied: input.tidied,
  startedOver: input.startedOver,
  output: outputOf(found, finding.detail, input.request.dryRun ? 'dryRun' : finding.outcome),
});

/**
 * Reads the secret and decides what this execution does; changes nothing. It makes two reads (DescribeSecret and
 * GetSecretValue), and another one only if the two disagree, if it needs the last claim, or if a user staged the
 * pending version.
 * @throws InvalidInput if Secrets Manager's automatic rotation is on, MalformedSecret, NotRefreshable, and the errors
 *   of Secrets Manager's port
 */
export const fetchRotation =
  (ports: FetchPorts, settings: FetchSettings) =>
  async (input: FetchInput): Promise<Rotation> => {
    const { secret, current } = await readCurrentVersion(ports, input.request.secretName);
    if (secret.nativeRotation) throw nativeRotationOn(secret);
    // The value need not be a token yet: a pending token may replace a current value that is not one.
    const found = { secret, current, read: readToken(current.value) };
    const finding = await judge(ports, settings, input, found);
    measure(ports, input, found, finding);
    return rotationOf(settings, input, found, finding);
  };
