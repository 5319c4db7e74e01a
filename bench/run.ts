import { Command } from 'commander';
import { helpOf, readOptions } from '../terminal/command-line';
import { efforts, measureAll } from './measure';
import { tableOf } from './table';

const defineOptions = (): Command =>
  new Command('npm run bench --')
    .description(
      "Measures the functions' bundles, a warm and a cold rotation, their cost, and many at once. Needs no account and no network. Takes about two minutes.",
    )
    .option('--quick', 'few repetitions: shows that it works; do not rely on the figures')
    .option(
      '--json',
      'print one JSON object at the end and nothing else (npm prints a banner of its own: npm run --silent bench -- --json)',
    )
    .addHelpText('after', '\nExit codes: 0 success; 1 a measurement failed; 2 wrong usage; 130 Ctrl-C.');

export const helpText = (): string => helpOf(defineOptions());

/**
 * The program behind `npm run bench`.
 * @returns its exit code
 * @throws UsageError
 */
export const runBench = async (args: readonly string[]): Promise<number> => {
  const options = readOptions<{ readonly quick: boolean; readonly json: boolean }>(defineOptions(), args);
  if (options === 'help') {
    process.stdout.write(helpText());
    return 0;
  }
  const { quick, json } = options;
  const figures = await measureAll(quick ? efforts.quick : efforts.thorough, (what) => {
    if (!json) process.stderr.write(`Measuring: ${what}\n`);
  });
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : `\n${tableOf(figures)}`);
  return 0;
};
