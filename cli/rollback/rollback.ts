import { defaultSecretName, shortId, type VersionId } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { spokenDuration, spokenTime } from '../../functions/language/time';
import { isToken, readToken, type TokenDocument } from '../../functions/momento/token';
import { CLAIM, CURRENT } from '../../functions/secret/versions';
import { printWrapped, type Terminal } from '../../terminal/terminal';
import { UsageError } from '../../terminal/usage-error';
import { connectExecutions } from '../aws/executions';
import { connectSecrets, type OperatedSecret, type OperatedSecrets } from '../aws/secrets';
import { CommandFailed } from '../command/command-failed';
import { finishing } from '../command/interrupt';
import { isKnown, look, type Part } from '../command/part';
import { checkSecretName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import type { Deployment } from '../deployment/deployment';
import { runningRotations } from '../deployment/last-runs';
import { testToken } from '../deployment/token-test';
import { findVersion } from './find-version';
import { hasForwardLabels, moveLabels, type RemovedLabel } from './move-labels';

export interface RollbackOptions {
  readonly secret?: string;
  /** A version ID, or a unique part of it; or `previous`. */
  readonly to: string;
  readonly yes?: boolean;
}

/** @throws UsageError if the version holds no token, or Momento does not accept it */
const requireWorkingToken = async (
  context: CommandContext,
  secrets: OperatedSecrets,
  { arn, name, labels }: OperatedSecret,
  versionId: VersionId,
): Promise<TokenDocument> => {
  const shown = `Version ${shortId(versionId)} of ${name}`;
  if (versionId === labels.get(CLAIM))
    throw new UsageError(`${shown} is a lock (claim) of a rotation and holds no token.`);
  const version = await secrets.read(arn, versionId);
  const token = readToken(version?.value);
  if (!isToken(token)) throw new UsageError(`${shown} holds no token, so nothing was changed.`);
  if ((await testToken(context, token)) === 'rejected') {
    throw new UsageError(
      `Momento does not accept the token in version ${shortId(versionId)} of ${name}, so nothing was changed. Name another version, or import a new token: npx momento-rotation import`,
    );
  }
  return token;
};

const confirm = async (context: CommandContext, question: string): Promise<boolean> => {
  const answer = await context.confirm(question);
  if (answer !== undefined) return answer;
  throw new UsageError('There is no terminal to ask for confirmation. Add --yes to roll back without it.');
};

/** A rotation that runs at the same time may stage a token, and promote it right after the rollback. */
const runningNow = (deployment: Deployment, secret: OperatedSecret): Promise<Part<readonly string[]>> => {
  const isFirst = nameOfSecret(deployment.secretIds[0] ?? '') === secret.name;
  return look(() => runningRotations(connectExecutions(deployment), secret, isFirst));
};

const refuseWhileRunning = (
  running: Part<readonly string[]>,
  context: CommandContext,
  { name }: OperatedSecret,
): void => {
  if (!isKnown(running)) context.say(`Warning: it is unknown whether a rotation is running. ${running.unknown}`);
  if (!isKnown(running) || running.value.length === 0) return;
  throw new CommandFailed(
    `A rotation of ${name} is running (${running.value.join(', ')}) and may make a new token current after the rollback. Nothing was changed. Wait until it ends, or stop it and wait five minutes: aws stepfunctions stop-execution`,
  );
};

const questionOf = ({ validUntil }: TokenDocument, to: VersionId, current: VersionId, now: number): string => {
  const validity =
    validUntil > now
      ? `is valid for another ${spokenDuration(validUntil - now)}`
      : `expired ${spokenDuration(now - validUntil)} ago according to its validUntil`;
  return `Momento accepts the token in version ${shortId(to)}, which ${validity}. Make it current instead of ${shortId(current)}?`;
};

interface RolledBack {
  readonly secretName: string;
  readonly versionId: VersionId;
  readonly validUntil: number;
  /** As it has been called in the JSON from the start. */
  readonly takenOff: readonly RemovedLabel[];
}

const show = (terminal: Terminal, { secretName, versionId, validUntil, takenOff }: RolledBack): void => {
  const until = spokenTime(validUntil);
  printWrapped(terminal, `Version ${shortId(versionId)} of ${secretName} is current again, valid until ${until}.`);
  for (const { label, versionId: other } of takenOff) {
    printWrapped(terminal, `Removed ${label} from version ${shortId(other)}.`);
  }
  const next =
    'The next run refreshes this token, but not within five minutes of the last refresh. If Momento refuses that, the run sends an alert: import a new token then.';
  printWrapped(terminal, next);
};

/**
 * The command `rollback`: makes an earlier version current again, if Momento accepts its token and no rotation
 * runs at the same time.
 * @returns the exit code
 */
export const rollback = async (
  context: CommandContext,
  { secret: chosen, to, yes }: RollbackOptions,
): Promise<number> => {
  checkSecretName(chosen);
  const deployment = await context.deployment();
  const secrets = connectSecrets(deployment);
  const id = chosen ?? deployment.secretIds[0] ?? defaultSecretName;
  const secret = await secrets.describe(id);
  const current = secret?.labels.get(CURRENT);
  if (secret === undefined || current === undefined) {
    throw new UsageError(
      `There is no secret ${nameOfSecret(id)} with a token in ${deployment.region}. Name another one with --secret.`,
    );
  }
  const { name } = secret;
  const versionId = findVersion(await secrets.versions(secret.arn), secret, to);
  // An interrupted rollback leaves labels behind: naming the version that is current already removes them.
  if (versionId === current && !hasForwardLabels(secret, current)) {
    throw new UsageError(`Version ${shortId(versionId)} of ${name} is already current.`);
  }
  refuseWhileRunning(await runningNow(deployment, secret), context, secret);
  const token = await requireWorkingToken(context, secrets, secret, versionId);
  const question = questionOf(token, versionId, current, context.clock.now() / 1000);
  if (!yes) {
    if (!(await confirm(context, question))) {
      context.say('Nothing was changed.');
      return 1;
    }
    // The answer may take a while.
    refuseWhileRunning(await runningNow(deployment, secret), context, secret);
  }
  const release = context.interrupt.hold(finishing);
  let removedLabels: readonly RemovedLabel[];
  try {
    removedLabels = await moveLabels(context, secrets, secret, versionId, current);
  } finally {
    release();
  }
  const result = {
    outcome: 'rolledBack',
    secretName: name,
    versionId,
    previousVersionId: current,
    validUntil: token.validUntil,
    takenOff: removedLabels,
  };
  context.report(result, () => show(context.terminal, result));
  const running = await runningNow(deployment, secret);
  if (isKnown(running) && running.value.length > 0) {
    context.say(
      `Warning: a rotation started in the meantime (${running.value.join(', ')}). Check what it did: npx momento-rotation status`,
    );
  }
  return context.interrupt.signal.aborted ? 130 : 0;
};
