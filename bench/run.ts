import { parseArgs } from 'node:util';
import { UsageError } from '../terminal/usage-error';
import { efforts, measureAll } from './measure';
import { tableOf } from './table';

export const helpText = `Measures the functions' bundles, a warm and a cold rotation, what they cost, and many at once.
No account and no network. Takes about two minutes.

Usage: npm run bench -- [options]

  --quick   few repetitions: shows that it works, and no figures to rely on
  --json    print one JSON object at the end and nothing else
            (npm prints a banner of its own: npm run --silent bench -- --json)
  --help    print this

Exit code 0: measured. 1: something that was measured failed. 2: wrong usage. 130: Ctrl-C.
`;

const readOptions = (args: readonly string[]) => {
  try {
    const flag = { type: 'boolean', default: false } as const;
    return parseArgs({ args: [...args], options: { quick: flag, json: flag, help: flag } }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}. See npm run bench -- --help.`);
  }
};

/**
 * The program behind `npm run bench`.
 * @returns its exit code
 * @throws UsageError
 */
export const runBench = async (args: readonly string[]): Promise<number> => {
  const { quick, json, help } = readOptions(args);
  if (help) {
    process.stdout.write(helpText);
    return 0;
  }
  const figures = await measureAll(quick ? efforts.quick : efforts.thorough, (what) => {
    if (!json) process.stderr.write(`Measuring: ${what}\n`);
  });
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `\n${tableOf(figures)}`);
  return 0;
};
