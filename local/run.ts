import { systemClock } from '../functions/adapters/clock';
import type { VersionId } from '../functions/contract';
import { shortId, spokenDuration, spokenTime } from '../functions/sentence';
import { type EmbeddedCloud, importToken, startCloud } from './embedded-cloud';
import { listFailures } from './failures/choose';
import { type Provocation, provoke } from './failures/scene';
import { createMachine, type Watcher, wireHandlers } from './machine';
import { helpText, type Options, parseOptions, secretNameIn } from './options';
import { showProgress, waitsAhead } from './progress';
import { checkReportFile, reportFileOf, writeReport } from './report-file';
import { labelledVersions, type Round, runRound } from './round';
import { reportOfRound } from './round-report';
import { openServedCloud, type ServedOptions, showServed } from './serve';
import { createSkippingClock } from './skipping-clock';
import { createTerminal, printWrapped, type Terminal } from './terminal';
import { UsageError } from './usage-error';

export interface Io {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Between the executions of `--repeat`: an hourly schedule, which the quota on versions still allows. */
const hourMilliseconds = 3_600_000;

const showVersions = (terminal: Terminal, title: string, versions: Round['versions']): void => {
  terminal.print(terminal.paint('bold', title));
  for (const { versionId, labels } of versions) {
    terminal.print(`  ${shortId(versionId as VersionId).padEnd(12)} ${labels.join(', ')}`);
  }
  terminal.print();
};

const showAlert = (terminal: Terminal, { subject, body }: Round['alerts'][number]): void => {
  terminal.print(terminal.paint('bold', 'Alert, as a subscriber by e-mail gets it'));
  // Not wrapped: commands and links are to be copied.
  for (const line of [`Subject: ${subject}`, '', ...body.split('\n')]) terminal.print(`  ${line}`.trimEnd());
  terminal.print();
};

const isUnverified = (round: Round): boolean =>
  (round.outcome === 'rotated' || round.outcome === 'resumed') && !round.verified;

const summaryOf = (round: Round, skippedSeconds: number): string => {
  const { momentoRefresh, momentoCheck, secretReads, secretWrites } = round.calls;
  const skipped = skippedSeconds >= 1 ? `, plus ${spokenDuration(skippedSeconds)} of waiting cut short` : '';
  const result =
    round.outcome === 'failed'
      ? `Failed in ${round.step}: ${round.error}.`
      : `Outcome: ${round.outcome}${isUnverified(round) ? ', not verified' : ''}${
          round.validUntil === null ? '' : `; the current token is valid until ${spokenTime(round.validUntil)}`
        }.`;
  return (
    `${result} Took ${(round.durationMs / 1000).toFixed(1)} s${skipped}. ` +
    `Calls: Momento ${momentoRefresh} refresh, ${momentoCheck} ${momentoCheck === 1 ? 'check' : 'checks'}; Secrets Manager ${secretReads} reads, ${secretWrites} writes.`
  );
};

const showRound = async (
  terminal: Terminal,
  cloud: EmbeddedCloud,
  { secret, realTime }: Options,
  run: (watcher: ReturnType<typeof showProgress>) => Promise<Round>,
  skippedMilliseconds: () => number,
): Promise<Round> => {
  showVersions(terminal, 'Versions before', labelledVersions(cloud, secret));
  const skippedBefore = skippedMilliseconds();
  const round = await run(showProgress(terminal, waitsAhead(realTime)));
  terminal.print();
  for (const alert of round.alerts) showAlert(terminal, alert);
  if (round.outcome === 'failed' && round.alerts.length === 0)
    terminal.print('No alert came through to the subscribers.\n');
  showVersions(terminal, 'Versions after', round.versions);
  printWrapped(terminal, summaryOf(round, (skippedMilliseconds() - skippedBefore) / 1000));
  return round;
};

const exitCodeOf = (round: Round): number => {
  if (round.outcome !== 'failed') return 0;
  return round.error === 'InvalidInput' ? 2 : 1;
};

const both = (one: Watcher, other: Watcher): Required<Watcher> => ({
  onEvent: (event) => {
    one.onEvent?.(event);
    other.onEvent?.(event);
  },
  onRetry: (retry) => {
    one.onRetry?.(retry);
    other.onRetry?.(retry);
  },
});

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
    // As --repeat does it.
    SCHEDULE_INTERVAL: '1h',
    ...(options.rotateBefore === undefined ? {} : { ROTATE_BEFORE: options.rotateBefore }),
  };
  // The functions' log lines have no reader here: the progress says the same for people.
  const machine = createMachine(wireHandlers({ env, clock, write: () => {} }), clock, cloud.alertTopic);
  const rounds: Round[] = [];
  for (let number = 1; number <= options.repeat; number += 1) {
    if (number > 1 && !options.realTime) await clock.sleep(hourMilliseconds);
    if (!options.json && options.repeat > 1)
      terminal.print(`${number > 1 ? '\n' : ''}Round ${number} of ${options.repeat}\n`);
    const failing = number === 1 ? provocation : undefined;
    await failing?.begin({ cloud, machine, clock, secret: options.secret, always: options.fail?.always ?? false });
    const before = labelledVersions(cloud, options.secret);
    const run = async (watcher: Watcher = {}) => {
      const { input, secret, report, repeat } = options;
      const { round, execution } = await runRound(cloud, machine, secret, input, both(watcher, failing?.watcher ?? {}));
      if (report !== undefined) {
        const page = await reportOfRound({
          machine,
          execution,
          secretName: secretNameIn(input, secret),
          watched: secret,
          before,
          round,
        });
        writeReport('--report', reportFileOf(report, number, repeat), page);
      }
      return round;
    };
    rounds.push(options.json ? await run() : await showRound(terminal, cloud, options, run, clock.skipped));
    if (!options.json && options.report !== undefined) {
      // Not wrapped: it is to be copied.
      terminal.print(`Report: ${reportFileOf(options.report, number, options.repeat)}`);
    }
    if (failing?.end() === false) {
      stderr.write('The failure was not provoked: the execution never reached that step.\n');
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
        `Rotating ${secretNameIn(options.input, options.secret)} on this machine: embedded Secrets Manager and Momento.`,
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

* is what the step alone stands for (verify: with ":always"). A cause that can pass
passes after a while, unless it is followed by ":always". What fails is the embedded
services and people around the secret, never the functions.
`;

/**
 * The program behind `npm start`.
 * @returns its exit code: 0 any good outcome, 1 the last execution failed, 2 wrong usage or input
 */
export const runLocal = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    const options = parseOptions(args);
    if (options === 'help') io.stdout.write(helpText);
    else if (options === 'failures') io.stdout.write(failuresText());
    else return await (isServed(options) ? serve(options, io) : runCloud(options, io));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 2;
  }
};
