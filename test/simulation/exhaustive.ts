import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { allJobs, type Job, quickJobs, runJob } from './jobs';
import { searchAtRandom } from './random';
import { parseScenario } from './scenario';
import { simulate } from './simulate';
import { createCounter, mergeTallies, printTally, type Tally, totalOf } from './tally';

// Every fault, every pair of faults and every interleaving, then some at random, on all processors:
// `npm run test:exhaustive -- --help`.

const help = `Usage: npm run test:exhaustive -- [options]

Runs every scenario of faults over the real steps and the real state machine, and prints a table.

  --scenario TEXT  run this one scenario and show all that happens in it, for instance
                   "singleUse kept 1.8:lost" (a line of the table's violations)
  --seed NUMBER    for the scenarios that are drawn at random [default: a new one]
  --runs NUMBER    how many of those [default: 2000]; 0 for none
  --path TEXT      go straight to where a seed found a violation
  --random-only    leave the enumeration out
  --quick          only what fits in a minute: no interleavings with faults, pairs in one behaviour of Momento
  --workers NUMBER processes [default: one for each processor]
  --help           show this

Exit code 0: no violation. 1: violations. 2: wrong usage. 130: Ctrl-C.
`;

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};

const wholeNumber = (option: string, text: string): number => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(`--${option} takes a whole number, not "${text}".`);
};

const readOptions = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
        runs: { type: 'string', default: '2000' },
        path: { type: 'string' },
        'random-only': { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        workers: { type: 'string', default: String(availableParallelism()) },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(`${(error as Error).message.split('.')[0]}. See --help.`);
  }
};

/** Answers jobs one by one, until the parent has none left. */
export const work = (): void => {
  process.on('message', (job: Job) => {
    runJob(job).then(
      (tally) => process.send?.(tally),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
};

/** Errors are made by the hundred thousand, and garbage with them. */
const workerFlags = ['--max-semi-space-size=64', '--stack-trace-limit=3'];

const spreadOut = async (jobs: readonly Job[], workers: number, entry: string): Promise<Tally> => {
  const waiting = [...jobs];
  const tallies: Tally[] = [];
  const startedAt = Date.now();
  const serve = (child: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const job = waiting.shift();
        if (job) child.send(job);
        else {
          child.kill();
          resolve();
        }
      };
      child.on('message', (tally: Tally) => {
        tallies.push(tally);
        const seconds = Math.round((Date.now() - startedAt) / 1000);
        if (process.stderr.isTTY) process.stderr.write(`\r${tallies.length} of ${jobs.length} parts, ${seconds} s `);
        next();
      });
      child.on('exit', (code) => {
        if (code) reject(new Error(`A worker ended with exit code ${code}.`));
      });
      next();
    });
  const children = Array.from({ length: workers }, () =>
    fork(entry, ['--worker'], { execArgv: [...process.execArgv, ...workerFlags] }),
  );
  process.on('exit', () => {
    for (const child of children) child.kill();
  });
  await Promise.all(children.map(serve));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return mergeTallies(tallies);
};

const replay = async (text: string): Promise<number> => {
  let scenario: ReturnType<typeof parseScenario>;
  try {
    scenario = parseScenario(text);
  } catch (error) {
    return fail(`--scenario: ${(error as Error).message}`);
  }
  const { violations, unrecoverable } = await simulate(scenario, { trace: write });
  write('');
  if (unrecoverable !== undefined) write(`Unrecoverable, whatever the protocol: ${unrecoverable}`);
  write(violations.length === 0 ? 'No violation.' : violations.map((each) => `VIOLATION ${each}`).join('\n'));
  return violations.length === 0 ? 0 : 1;
};

const jobsFor = (options: ReturnType<typeof readOptions>): Job[] => {
  if (options['random-only']) return [];
  return options.quick ? quickJobs() : allJobs();
};

/**
 * @param entry the file that a worker process runs
 * @returns the exit code
 */
export const runExhaustive = async (args: readonly string[], entry: string): Promise<number> => {
  const options = readOptions(args);
  if (options.help) {
    write(help);
    return 0;
  }
  if (options.scenario !== undefined) return replay(options.scenario);
  const [seed, runs, workers] = (['seed', 'runs', 'workers'] as const).map((name) => wholeNumber(name, options[name]));
  const startedAt = Date.now();
  const counter = createCounter();
  const search = { seed: seed ?? 0, runs: runs ?? 0, ...(options.path === undefined ? {} : { path: options.path }) };
  const found =
    search.runs > 0
      ? searchAtRandom(search, (scenario, report) => counter.count('three or four faults at random', scenario, report))
      : Promise.resolve(undefined);
  const jobs = jobsFor(options);
  const [enumerated, violation] = [await spreadOut(jobs, Math.min(workers ?? 1, jobs.length), entry), await found];
  const tally = mergeTallies([enumerated, counter.tally()]);
  for (const line of printTally(tally)) write(line);
  write('');
  if (search.runs > 0)
    write(`At random: ${search.runs} scenarios from seed ${search.seed} (again: --seed ${search.seed} --random-only).`);
  if (violation) {
    write(
      `The shortest violation at random: ${violation.scenario} (again: --seed ${search.seed} --path ${violation.path} --random-only).`,
    );
  }
  const { scenarios, violations } = totalOf(tally);
  write(
    `${scenarios.toLocaleString('en-US')} scenarios, ${violations} violations, ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
  return violations > 0 ? 1 : 0;
};
