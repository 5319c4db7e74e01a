import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parseScenario } from '../../simulation/scenario';
import { simulate } from '../../simulation/simulate';
import { allJobs, type Job, quickJobs } from './jobs';
import { runInProcesses } from './pool';
import { printTally, totalOf } from './tally';

// Every fault, every pair of faults and every interleaving, then random scenarios, on all processors:
// `npm run test:exhaustive -- --help`.

const help = `Usage: npm run test:exhaustive -- [options]

Runs every scenario of faults with the production steps and state machine, and prints a table.

  --scenario TEXT  run only this scenario and print everything that happens in it, for example
                   "singleUse kept 1.8:lost" (a line of the table's violations)
  --seed NUMBER    seed of the random scenarios [default: a new one]
  --runs NUMBER    number of random scenarios [default: 1000]; 0 for none
  --path TEXT      go straight to the violation that a seed found
  --random-only    skip the enumeration
  --quick          two minutes: no interleavings with faults, pairs with one behaviour of Momento only
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
        runs: { type: 'string', default: '1000' },
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

const replay = async (text: string): Promise<number> => {
  let scenario: ReturnType<typeof parseScenario>;
  try {
    scenario = parseScenario(text);
  } catch (error) {
    return fail(`--scenario: ${(error as Error).message}`);
  }
  const { violations, unrecoverable } = await simulate(scenario, { trace: write });
  write('');
  if (unrecoverable !== undefined) write(`Unrecoverable with any protocol: ${unrecoverable}`);
  write(violations.length === 0 ? 'No violation.' : violations.map((each) => `VIOLATION ${each}`).join('\n'));
  return violations.length === 0 ? 0 : 1;
};

const jobsFor = (options: ReturnType<typeof readOptions>): Job[] => {
  const [seed, runs] = [wholeNumber('seed', options.seed), wholeNumber('runs', options.runs)];
  const search: Job = { part: 'random', seed, runs, ...(options.path === undefined ? {} : { path: options.path }) };
  const enumerated = options.quick ? quickJobs() : allJobs();
  return [...(runs > 0 ? [search] : []), ...(options['random-only'] ? [] : enumerated)];
};

/** @returns the exit code */
export const runExhaustive = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args);
  if (options.help) {
    write(help);
    return 0;
  }
  if (options.scenario !== undefined) return replay(options.scenario);
  const startedAt = Date.now();
  const tally = await runInProcesses(jobsFor(options), Math.max(1, wholeNumber('workers', options.workers)));
  for (const line of printTally(tally)) write(line);
  const { scenarios, violations } = totalOf(tally);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  write('');
  write(`${scenarios.toLocaleString('en-US')} scenarios, ${violations} violations, ${seconds} s`);
  return violations > 0 ? 1 : 0;
};
