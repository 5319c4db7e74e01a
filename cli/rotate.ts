import { randomBytes } from 'node:crypto';
import type { ExecutionArn, ExecutionOutput } from '../functions/contract';
import { placeOf } from '../functions/execution-arn';
import { spokenTime } from '../functions/sentence';
import { defaultSecretName } from '../local/options';
import { type ProgressOptions, shownDuration, showProgress } from '../local/progress';
import { type Failure, failureOf } from '../local/round';
import type { HistoryEvent } from '../local/states-language/history';
import { printWrapped } from '../local/terminal';
import { connectExecutions, type ExecutionDescription, type Executions } from './aws/executions';
import { nameOfSecret } from './deployment';
import type { Desk } from './desk';
import { follow } from './follow';
import { checkSecretName } from './shown-name';

export interface RotateOptions {
  readonly secret?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Wait for the end, and show how it comes to it. */
  readonly follow: boolean;
}

/** What people recognise in a list of executions: that it was started by hand, for which secret, and when. At most 80 characters. */
const executionName = (secret: string | undefined, now: number): string => {
  const about =
    secret === undefined
      ? ''
      : `${nameOfSecret(secret)
          .replace(/[^A-Za-z0-9]+/g, '-')
          .slice(0, 40)}-`;
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `by-hand-${about}${time}Z-${randomBytes(2).toString('hex')}`;
};

/** Of an execution on AWS; what was set to lead elsewhere has no console. */
const consoleUrl = ({ env }: Desk, executionArn: string): string | undefined =>
  env.AWS_ENDPOINT_URL || env.AWS_ENDPOINT_URL_SFN
    ? undefined
    : (placeOf(executionArn as ExecutionArn)?.consoleUrl ?? undefined);

const progressOptions: ProgressOptions = {
  describeWait: (spoken) => (spoken === undefined ? 'will follow' : `after ${spoken}`),
};

type Ended = (ExecutionOutput | Failure) & {
  readonly executionArn: string;
  readonly executionName: string;
  readonly durationMs: number;
};

/** As the execution itself knows the secret, from the moment that it has read it. */
const secretNameIn = (history: readonly HistoryEvent[]): string | undefined => {
  const inputs = history.flatMap(({ stateEnteredEventDetails: entered }) => (entered ? [entered.input] : []));
  const { rotation } = JSON.parse(inputs.at(-1) ?? '{}') as { readonly rotation?: { readonly secretName?: string } };
  return rotation?.secretName;
};

const endOf = async (executions: Executions, executionArn: string, secret: string): Promise<Ended> => {
  const execution: ExecutionDescription = await executions.describe(executionArn);
  const { name: executionName, status, startedAt, stoppedAt = startedAt, output, error, cause } = execution;
  const common = { executionArn, executionName, durationMs: stoppedAt - startedAt };
  if (status === 'SUCCEEDED') return { ...(output as ExecutionOutput), ...common };
  const history = await executions.history(executionArn);
  return { ...failureOf({ status, history, error, cause }, secretNameIn(history) ?? secret), ...common };
};

const summaryOf = (end: Ended): string => {
  const took = `Took ${shownDuration(end.durationMs)}.`;
  if (end.outcome === 'failed') return `Failed in ${end.step}: ${end.error}. ${took}`;
  const { outcome, verified, validUntil } = end;
  const isUnverified = (outcome === 'rotated' || outcome === 'resumed') && !verified;
  const until = validUntil === null ? '' : `; the current token is valid until ${spokenTime(validUntil)}`;
  return `Outcome: ${outcome}${isUnverified ? ', not verified' : ''}${until}. ${took}`;
};

const exitCodeOf = (end: Ended): number => {
  if (end.outcome !== 'failed') return 0;
  return end.error === 'InvalidInput' ? 2 : 1;
};

/** Starts a rotation by hand, and follows it. */
export const rotate = async (desk: Desk, { secret, force, dryRun, ...options }: RotateOptions): Promise<number> => {
  checkSecretName(secret);
  const deployment = await desk.deployment();
  const executions = connectExecutions(deployment);
  const input = {
    ...(secret === undefined ? {} : { secretName: secret }),
    ...(force ? { force } : {}),
    ...(dryRun ? { dryRun } : {}),
  };
  const name = executionName(secret, desk.clock.now());
  const release = desk.interrupt.hold();
  const executionArn = await executions.start(input, name);
  const link = consoleUrl(desk, executionArn);
  const { terminal } = desk;
  if (!desk.json) {
    terminal.print(`Started ${name}`);
    // Not wrapped: it is to be copied.
    if (link !== undefined) terminal.print(link);
    terminal.print();
  }
  if (!options.follow) {
    release();
    desk.report({ executionArn, executionName: name }, () =>
      printWrapped(terminal, 'It goes on by itself. npx momento-rotation status shows how it ended.'),
    );
    return 0;
  }
  const watcher = desk.json ? { onEvent: () => {}, onRetry: () => {} } : showProgress(terminal, progressOptions);
  const read = () => executions.history(executionArn);
  const followed = await follow(read, watcher, desk.clock, desk.interrupt.signal).catch((error: Error) => error);
  release();
  if (followed !== 'ended') {
    const why = followed === 'interrupted' ? '' : ` ${followed.message.replace(/ Try again\.$/, '')}`;
    desk.report({ outcome: 'notFollowed', executionArn, executionName: name }, () => {});
    desk.say(
      `\nNo longer followed.${why} The execution ${name} goes on; npx momento-rotation status shows how it ends.`,
    );
    return followed === 'interrupted' ? 130 : 1;
  }
  const end = await endOf(
    executions,
    executionArn,
    nameOfSecret(secret ?? deployment.secretIds[0] ?? defaultSecretName),
  );
  desk.report(end, () => {
    terminal.print();
    printWrapped(terminal, summaryOf(end));
  });
  return exitCodeOf(end);
};
