import { randomBytes } from 'node:crypto';
import { defaultSecretName } from '../../functions/contract/names';
import type { ExecutionOutput } from '../../functions/contract/rotation';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { spokenTime } from '../../functions/language/time';
import { readHistory, secretNameIn } from '../../report/history/execution-history';
import { alertToldIn, type Failure, failureOf } from '../../report/history/failed';
import { type ProgressOptions, shownDuration, showProgress } from '../../report/history/progress';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { printWrapped, type Terminal } from '../../terminal/terminal';
import { UsageError } from '../../terminal/usage-error';
import { connectExecutions } from '../aws/executions';
import { CommandFailed } from '../command/command-failed';
import { checkSecretName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import { consoleUrlOf } from '../deployment/console-url';
import { whyNotOfDeployment } from '../deployment/deployment';
import { follow } from './follow';

export interface RotateOptions {
  readonly secret?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Show the progress until the end. */
  readonly follow: boolean;
}

/** A name that people recognise in a list: started by hand, the secret, the time. At most 80 characters. */
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

const progressOptions: ProgressOptions = {
  describeWait: (spoken) => (spoken === undefined ? 'will follow' : `after ${spoken}`),
};

type Ended = (ExecutionOutput | Failure) & {
  readonly executionArn: string;
  readonly executionName: string;
  readonly durationMs: number;
};

/** The result of an execution from the last event of its history, because DescribeExecution may lag behind. */
const endOf = (
  history: readonly HistoryEvent[],
  executionArn: string,
  executionName: string,
  secret: string,
): Ended => {
  const last = history.at(-1);
  const durationMs = (last?.timestamp ?? 0) - (history[0]?.timestamp ?? 0);
  const common = { executionArn, executionName, durationMs };
  const succeeded = last?.executionSucceededEventDetails;
  if (succeeded) return { ...(JSON.parse(succeeded.output) as ExecutionOutput), ...common };
  const status = last?.type === 'ExecutionTimedOut' ? 'TIMED_OUT' : 'FAILED';
  const { error, cause } =
    last?.executionFailedEventDetails ??
    last?.executionTimedOutEventDetails ??
    last?.executionAbortedEventDetails ??
    {};
  return { ...failureOf({ status, history, error, cause }, secretNameIn(readHistory(history)) ?? secret), ...common };
};

const summaryOf = (end: Ended): string => {
  const took = `Took ${shownDuration(end.durationMs)}.`;
  if (end.outcome === 'failed') return `Failed in ${end.step || 'no state'}: ${end.error}. ${took}`;
  const { outcome, verified, validUntil } = end;
  const isUnverified = (outcome === 'rotated' || outcome === 'resumed') && !verified;
  const until = validUntil === null ? '' : `; the current token is valid until ${spokenTime(validUntil)}`;
  return `Outcome: ${outcome}${isUnverified ? ', not verified' : ''}${until}. ${took}`;
};

/** Shows what the alert says: the user who started the execution may not be a subscriber. */
const showAdvice = (terminal: Terminal, events: readonly HistoryEvent[]): void => {
  const told = alertToldIn(readHistory(events));
  if (told === undefined) return;
  printWrapped(terminal, `${told.applications} ${told.advice}`);
  // Not wrapped, so that it can be copied.
  if (told.command !== null) terminal.print(`\n  ${told.command}`);
};

const exitCodeOf = (end: Ended): number => {
  if (end.outcome !== 'failed') return 0;
  return end.error === 'InvalidInput' ? 2 : 1;
};

/**
 * The command `rotate`: starts a rotation and shows its progress.
 * @returns the exit code
 */
export const rotate = async (
  context: CommandContext,
  { secret, force, dryRun, ...options }: RotateOptions,
): Promise<number> => {
  checkSecretName(secret);
  const deployment = await context.deployment();
  // The execution could only fail, and would alert the on-call staff.
  const reason = secret === undefined ? undefined : whyNotOfDeployment(deployment, secret);
  if (reason !== undefined) throw new UsageError(reason);
  const executions = connectExecutions(deployment);
  const input = {
    ...(secret === undefined ? {} : { secretName: secret }),
    ...(force ? { force } : {}),
    ...(dryRun ? { dryRun } : {}),
  };
  const name = executionName(secret, context.clock.now());
  const release = context.interrupt.hold();
  try {
    const executionArn = await executions.start(input, name).catch((error: Error) => {
      if (!(error instanceof CommandFailed)) throw error;
      const sentence = `${error.message.replace(/ Try again\.$/, '')} If ${name} was started nevertheless, npx momento-rotation status shows it.`;
      throw new CommandFailed(sentence, { cause: error });
    });
    const link = consoleUrlOf(context, executionArn);
    const { terminal } = context;
    if (!context.json) {
      terminal.print(`Started ${name}`);
      // Not wrapped, so that it can be copied.
      if (link !== undefined) terminal.print(link);
      terminal.print();
    }
    if (!options.follow) {
      context.report({ executionArn, executionName: name }, () =>
        printWrapped(terminal, 'The execution continues. npx momento-rotation status shows the result.'),
      );
      return 0;
    }
    const watcher = context.json ? { onEvent: () => {}, onRetry: () => {} } : showProgress(terminal, progressOptions);
    const read = () => executions.history(executionArn);
    const followed = await follow(read, watcher, context.clock, context.interrupt.signal).catch(
      (error: Error) => error,
    );
    if (followed === 'interrupted' || followed instanceof Error) {
      const why = followed instanceof Error ? ` ${followed.message.replace(/ Try again\.$/, '')}` : '';
      context.report({ outcome: 'notFollowed', executionArn, executionName: name }, () => {});
      context.say(
        `\nStopped the display.${why} The execution ${name} continues; npx momento-rotation status shows the result.`,
      );
      return followed === 'interrupted' ? 130 : 1;
    }
    const first = deployment.secretIds[0] ?? defaultSecretName;
    const end = endOf(followed, executionArn, name, nameOfSecret(secret ?? first));
    context.report(end, () => {
      terminal.print();
      printWrapped(terminal, summaryOf(end));
      if (end.outcome === 'failed') showAdvice(terminal, followed);
    });
    return exitCodeOf(end);
  } finally {
    release();
  }
};
