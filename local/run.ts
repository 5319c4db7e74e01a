import { systemClock } from '../functions/adapters/clock';
import type { Environment } from '../functions/contract/ports';
import { checkReportFile, reportFileOf, writeReport } from '../report/page/report-file';
import type { Watcher } from '../statemachine/execution-events';
import { createTerminal, printWrapped, type Terminal } from '../terminal/terminal';
import { UsageError } from '../terminal/usage-error';
import { type EmbeddedCloud, importToken, startCloud } from './cloud/embedded-cloud';
import { listFailures } from './failures/choose';
import { type Provocation, provoke } from './failures/scenario';
import { bothWatchers, createMachine, wireHandlers } from './machine/machine';
import { helpText, type Options, parseOptions, secretNameIn } from './options';
import { labelledVersions, type Round, runRound } from './round';
import { reportOfRound } from './round-report';
import { openServedCloud, type ServedOptions, showServed } from './serve';
import { showRound } from './show-round';
import { createSkippingClock } from './skipping-clock';

interface Io {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Environment;
}

/** Between the executions of `--repeat`. Hourly, because the quota on versions allows that. */
const hourMilliseconds = 3_600_000;

const exitCodeOf = (round: Round): number => {
  if (round.outcome !== 'failed') return 0;
  return round.error === 'InvalidInput' ? 2 : 1;
};

const runRounds = async (
  options: Options,
  { terminal, stderr }: Screen,
  cloud: EmbeddedCloud,
  clock: LocalClock,
  provocation: Provocation | undefined,
) => {
  const env = {
    ...cloud.env,
    DEFAULT_SECRET_NAME: options.secret,
    // As with --repeat.
    SCHEDULE_INTERVAL: '1h',
    ...(options.rotateBefore === undefined ? {} : { ROTATE_BEFORE: options.rotateBefore }),
  };
  // Log lines are discarded: the progress says the same.
  const machine = createMachine(wireHandlers({ env, clock, write: () => {} }), clock, cloud.alertTopic);
  const rounds: Round[] = [];
  for (let number = 1; number <= options.repeat; number += 1) {
    if (number > 1 && !options.realTime) await clock.sleep(hourMilliseconds);
    if (!options.json && options.repeat > 1)
      terminal.print(`${number > 1 ? '\n' : ''}Round ${number} of ${options.repeat}\n`);
    const failing = number === 1 ? provocation : undefined;
    await failing?.begin({ cloud, machine, clock, secret: options.secret, always: options.fail?.always ?? false });
    const { input, secret, report, repeat } = options;
    const before = labelledVersions(cloud, secret);
    const run = (progress: Watcher) =>
      runRound(cloud, machine, secret, input, bothWatchers(progress, failing?.watcher ?? {}));
    const { round, execution } = await (options.json
      ? run({})
      : showRound(terminal, cloud, options, run, clock.skipped));
    rounds.push(round);
    if (report !== undefined) {
      const file = reportFileOf(report, number, repeat);
      const reported = { machine, execution, secretName: secretNameIn(input, secret), watched: secret, before, round };
      writeReport('--report', file, await reportOfRound(reported));
      // Not wrapped, so that it can be copied.
      if (!options.json) terminal.print(`Report: ${file}`);
    }
    if (failing?.end() === false) {
      stderr.write('The failure was not provoked: the execution did not reach that step.\n');
    }
  }
  return rounds;
};

type LocalClock = ReturnType<typeof createSkippingClock>;

interface Screen {
  readonly terminal: Terminal;
  readonly stderr: Io['stderr'];
}

const runCloud = async (options: Options, { stdout, stderr, env }: Io): Promise<number> => {
  if (options.report !== undefined) {
    for (let number = 1; number <= options.repeat; number += 1) {
      checkReportFile('--report', reportFileOf(options.report, number, options.repeat));
    }
  }
  const terminal = createTerminal(stdout, env);
  const clock = options.realTime ? { ...systemClock, skipped: () => 0 } : createSkippingClock();
  const provocation = options.fail && provoke(options.fail.failure);
  const cloud = await startCloud({
    clock,
    refreshTokens: options.singleUse ? 'singleUse' : 'reusable',
    ...(provocation ? { intercept: provocation.intercept } : {}),
  });
  try {
    importToken(cloud, options.secret, options.tokenFileText);
    if (!options.json) {
      printWrapped(
        terminal,
        `Rotating ${secretNameIn(options.input, options.secret)} on this machine, with mock services for Secrets Manager, SNS and Momento.`,
      );
      if (options.fail) {
        const { step, error, summary } = options.fail.failure;
        printWrapped(terminal, `Failing ${step}:${error}${options.fail.always ? ':always' : ''}: ${summary}.`);
      }
      terminal.print();
    }
    const rounds = await runRounds(options, { terminal, stderr }, cloud, clock, provocation);
    const last = rounds.at(-1);
    if (last === undefined) throw new Error('No round was run.');
    if (options.json) terminal.print(JSON.stringify(options.repeat > 1 ? { ...last, rounds } : last));
    return exitCodeOf(last);
  } finally {
    await cloud.close();
  }
};

const serve = async (options: Options & ServedOptions, { stdout, env }: Io): Promise<never> => {
  const terminal = createTerminal(stdout, env);
  showServed(terminal, options, await openServedCloud(options, terminal));
  return new Promise<never>(() => {});
};

const isServed = (options: Options): options is Options & ServedOptions => options.serve !== undefined;

const failuresText = (): string => `What npm start -- --fail can provoke, as STEP:ERROR:

${listFailures()
  .map((line) => `  ${line}`)
  .join('\n')}

* marks what the step alone means (for verify: with ":always"). A temporary cause
ends after a while, unless ":always" is added. The local services fail, or another
user of the secret interferes; the functions are never changed.
`;

/**
 * The program behind `npm start`.
 * @returns its exit code: 0 success, 1 the last execution failed, 2 wrong usage or input
 */
export const runLocal = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    const options = parseOptions(args);
    if (options === 'help') io.stdout.write(helpText());
    else if (options === 'failures') io.stdout.write(failuresText());
    else return await (isServed(options) ? serve(options, io) : runCloud(options, io));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 2;
  }
};
