import { defaultSecretName, type SecretArn, shortId, type VersionId } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { spokenDuration, spokenTime } from '../../functions/language/time';
import { isToken, readToken, type TokenDocument } from '../../functions/momento/token';
import { CLAIM, CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../functions/secret/versions';
import { printWrapped, type Terminal } from '../../terminal/terminal';
import { UsageError } from '../../terminal/usage-error';
import { connectExecutions } from '../aws/executions';
import { connectSecrets, type OperatedSecret, type OperatedSecrets, type VersionSummary } from '../aws/secrets';
import { CommandFailed } from '../command/command-failed';
import { finishing } from '../command/interrupt';
import { isKnown, look, type Part } from '../command/part';
import { checkSecretName, shownName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import type { Deployment } from '../deployment/deployment';
import { runningRotations } from '../deployment/last-runs';
import { testToken } from '../deployment/token-test';

export interface RollbackOptions {
  readonly secret?: string;
  /** A version id, or enough of its beginning or end; or `previous`. */
  readonly to: string;
  readonly yes?: boolean;
}

const seeStatus = 'npx momento-rotation status shows those with labels.';

/** The version before the current one, unless that is the newer of the two: then there was a roll back already. */
const findPrevious = (
  versions: readonly VersionSummary[],
  { name, labels }: Pick<OperatedSecret, 'name' | 'labels'>,
): VersionId => {
  const [current, previous] = [CURRENT, PREVIOUS].map((label) => labels.get(label));
  if (previous === undefined) {
    throw new UsageError(`${name} has no previous version. Name one by its id: ${seeStatus}`);
  }
  const madeAt = (id: VersionId | undefined): number =>
    versions.find(({ versionId }) => versionId === id)?.createdAt ?? 0;
  if (madeAt(previous) <= madeAt(current)) return previous;
  throw new UsageError(
    `The previous version of ${name} is newer than the current one: it was rolled back from already. If that broke off, finish it: npx momento-rotation rollback --to ${current}. To go forward: npx momento-rotation rollback --to ${previous}`,
  );
};

/** With fewer characters of an id it would be chance which version is meant. */
const leastOfId = 4;

/** As `status` shows it: `aad3b40a…` or `…47dbf70d`, with or without the dots. */
const findVersion = (
  versions: readonly VersionSummary[],
  { name, labels }: OperatedSecret,
  wanted: string,
): VersionId => {
  if (wanted === 'previous') return findPrevious(versions, { name, labels });
  const part = wanted.replace(/^(…|\.\.\.)|(…|\.\.\.)$/g, '');
  const exact = versions.filter(({ versionId }) => versionId === part);
  const alike = versions.filter(
    ({ versionId }) => part.length >= leastOfId && (versionId.startsWith(part) || versionId.endsWith(part)),
  );
  const [found, ...others] = exact.length > 0 ? exact : alike;
  if (found === undefined)
    throw new UsageError(`${name} has no version ${shownName(wanted, 'like that')}. ${seeStatus}`);
  if (others.length === 0) return found.versionId;
  throw new UsageError(`${name} has ${others.length + 1} versions like that. Give more of the id.`);
};

/** @throws UsageError if the version holds no token, or Momento does not accept it */
const requireWorkingToken = async (
  context: CommandContext,
  secrets: OperatedSecrets,
  { arn, name, labels }: OperatedSecret,
  versionId: VersionId,
): Promise<TokenDocument> => {
  const shown = `Version ${shortId(versionId)} of ${name}`;
  if (versionId === labels.get(CLAIM)) throw new UsageError(`${shown} is a claim of a rotation and holds no token.`);
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
  throw new UsageError('There is no terminal to ask on. Add --yes to roll back without a question.');
};

/** What leads a rotation to a token that came after the current one. */
const forwardLabels = [PENDING, SUCCESSOR] as const;

interface TakenOff {
  readonly label: string;
  readonly versionId: VersionId;
}

/** Reads may lag behind writes, and a rotation may have staged a token meanwhile. Milliseconds between tries. */
const takeOffDelays = [0, 500, 2_000];

/**
 * Takes a label off whichever version has it.
 * @param unless that one, where it does no harm
 * @returns the version that had it
 */
const takeOff = async (
  { clock }: CommandContext,
  secrets: OperatedSecrets,
  arn: SecretArn,
  label: string,
  unless: VersionId,
): Promise<VersionId | undefined> => {
  for (const delay of takeOffDelays) {
    await clock.sleep(delay);
    const holder = (await secrets.describe(arn))?.labels.get(label);
    if (holder === undefined || holder === unless) return undefined;
    if ((await secrets.moveLabel(arn, { label, from: holder })) === 'moved') return holder;
  }
  throw new CommandFailed('It is no longer where it was when it was looked for.');
};

/** What finishes a roll back that broke off, however far it came. Never by "previous", which is another version by then. */
const finishBy = ({ name }: OperatedSecret, to: VersionId): string =>
  `To finish it: npx momento-rotation rollback --secret ${name} --to ${to}`;

const isExplained = (error: unknown): error is Error => error instanceof CommandFailed || error instanceof UsageError;

/**
 * Moves AWSCURRENT, and then takes off what would make the next run go forward again to a token that the operator has just turned away
 * from. Their versions stay, and can be named by their ids.
 */
const move = async (
  context: CommandContext,
  secrets: OperatedSecrets,
  secret: OperatedSecret,
  to: VersionId,
  from: VersionId,
): Promise<readonly TakenOff[]> => {
  const { arn, name } = secret;
  const goBack = () =>
    secrets.moveLabel(arn, { label: CURRENT, to, from }).catch((error: Error) => {
      const sentence = `Whether version ${shortId(to)} of ${name} became current is not known. ${error.message} ${finishBy(secret, to)}`;
      throw isExplained(error) ? new CommandFailed(sentence, { cause: error }) : error;
    });
  if (to !== from && (await goBack()) === 'refused') {
    throw new CommandFailed(
      `Somebody else made another version of ${name} current meanwhile, so nothing was changed. Look at it (npx momento-rotation status), and roll back again if that is still right.`,
    );
  }
  const takenOff: TakenOff[] = [];
  const failures: Error[] = [];
  for (const label of forwardLabels) {
    try {
      const versionId = await takeOff(context, secrets, arn, label, to);
      if (versionId !== undefined) takenOff.push({ label, versionId });
    } catch (error) {
      if (!isExplained(error)) throw error;
      failures.push(error);
    }
  }
  const [failure] = failures;
  if (failure === undefined) return takenOff;
  throw new CommandFailed(
    `Version ${shortId(to)} of ${name} is current again, but ${forwardLabels.join(' or ')} may still be on another one, so that the next run may go forward to that. ${failure.message} ${finishBy(secret, to)}`,
    { cause: failure },
  );
};

/** What a rotation stages while we go back would lead forward again at once. */
const runningNow = (deployment: Deployment, secret: OperatedSecret): Promise<Part<readonly string[]>> => {
  const isFirst = nameOfSecret(deployment.secretIds[0] ?? '') === secret.name;
  return look(() => runningRotations(connectExecutions(deployment), secret, isFirst));
};

const refuseWhileRunning = (
  running: Part<readonly string[]>,
  context: CommandContext,
  { name }: OperatedSecret,
): void => {
  if (!isKnown(running)) context.say(`Warning: whether a rotation is running is not known. ${running.unknown}`);
  if (!isKnown(running) || running.value.length === 0) return;
  throw new CommandFailed(
    `A rotation of ${name} is running (${running.value.join(', ')}), and may make a new token current after the roll back. Nothing was changed. Wait for its end, or stop it and wait five minutes: aws stepfunctions stop-execution`,
  );
};

const questionOf = ({ validUntil }: TokenDocument, to: VersionId, current: VersionId, now: number): string => {
  const life =
    validUntil > now
      ? `is valid for another ${spokenDuration(validUntil - now)}`
      : `expired ${spokenDuration(now - validUntil)} ago by its validUntil`;
  return `Momento accepts the token in version ${shortId(to)}, which ${life}. Make it current instead of ${shortId(current)}?`;
};

interface RolledBack {
  readonly secretName: string;
  readonly versionId: VersionId;
  readonly validUntil: number;
  readonly takenOff: readonly TakenOff[];
}

const show = (terminal: Terminal, { secretName, versionId, validUntil, takenOff }: RolledBack): void => {
  const until = spokenTime(validUntil);
  printWrapped(terminal, `Version ${shortId(versionId)} of ${secretName} is current again, valid until ${until}.`);
  for (const { label, versionId: other } of takenOff) {
    printWrapped(terminal, `${label} was taken off version ${shortId(other)}.`);
  }
  const next =
    'The next run refreshes this token, but not within four minutes of the last refresh. Should Momento refuse that, its alert says so: import a new one then.';
  printWrapped(terminal, next);
};

/** Makes an earlier version current again. */
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
  // An earlier roll back may have broken off in between: what it left is taken off now.
  const leftover = forwardLabels.some((label) => ![undefined, current].includes(secret.labels.get(label)));
  if (versionId === current && !leftover) {
    throw new UsageError(`Version ${shortId(versionId)} of ${name} is current already.`);
  }
  refuseWhileRunning(await runningNow(deployment, secret), context, secret);
  const token = await requireWorkingToken(context, secrets, secret, versionId);
  const question = questionOf(token, versionId, current, context.clock.now() / 1000);
  if (!yes) {
    if (!(await confirm(context, question))) {
      context.say('Nothing was changed.');
      return 1;
    }
    // The answer may have taken a while.
    refuseWhileRunning(await runningNow(deployment, secret), context, secret);
  }
  const release = context.interrupt.hold(finishing);
  let takenOff: readonly TakenOff[];
  try {
    takenOff = await move(context, secrets, secret, versionId, current);
  } finally {
    release();
  }
  const result = {
    outcome: 'rolledBack',
    secretName: name,
    versionId,
    previousVersionId: current,
    validUntil: token.validUntil,
    takenOff,
  };
  context.report(result, () => show(context.terminal, result));
  const running = await runningNow(deployment, secret);
  if (isKnown(running) && running.value.length > 0) {
    context.say(
      `Warning: a rotation has begun meanwhile (${running.value.join(', ')}). Look at what it did: npx momento-rotation status`,
    );
  }
  return context.interrupt.signal.aborted ? 130 : 0;
};
