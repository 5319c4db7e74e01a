import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutant';
import { mutants } from './mutants';

// Breaks the safety lines one at a time and shows which test fails: `npm run test:mutants -- --help`.

const root = join(__dirname, '..', '..', '..');

const help = `Usage: npm run test:mutants -- [options]

Removes or weakens each safety line of the steps and the state machine in turn, in a copy, and runs the test
that must fail. The last line is the count.

  --only TEXT      only mutants whose name contains this text
  --killer PATH    run this test instead of the one that must fail, to see what it notices on its own. For example
                   test/simulation/single-faults.test.ts
  --help           show this

Exit code 0: every mutant was killed. 1: one survived. 2: wrong usage. 130: Ctrl-C.
`;

type Verdict = 'killed' | 'SURVIVED' | 'DOES NOT LOAD';

interface Result {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  /** The first test that failed. */
  readonly by: string;
  readonly seconds: number;
}

/** Copies what a test run needs, without large folders. */
const copied = (path: string): boolean => !['node_modules', '.git', 'cdk.out', '.cache'].includes(basename(path));

const makeCopy = (): string => {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  cpSync(root, copy, { recursive: true, filter: copied });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
};

const runTest = (copy: string, killer: string): Promise<{ status: number; output: string }> =>
  new Promise((resolve) => {
    const args = [join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', '--bail', '--colors=false', killer];
    const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });

const judge = ({ status, output }: { status: number; output: string }): Pick<Result, 'verdict' | 'by'> => {
  if (status === 0) return { verdict: 'SURVIVED', by: '' };
  // A state machine that cannot be loaded fails every test, which proves nothing.
  if (/which is (no|not a) state\.|cannot be reached\./.test(output)) return { verdict: 'DOES NOT LOAD', by: '' };
  if (/Test suite failed to run/.test(output) && !/ › | ● .*\n\n\s+(expect|Violated|thrown)/.test(output)) {
    return { verdict: 'DOES NOT LOAD', by: output.split('\n').slice(0, 12).join(' ') };
  }
  // Without a failed test, the run failed for another reason.
  const by = / ● (.*)/.exec(output)?.[1];
  return by === undefined ? { verdict: 'DOES NOT LOAD', by: '' } : { verdict: 'killed', by };
};

const tryOut = async (copy: string, mutant: Mutant): Promise<Result> => {
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  const startedAt = Date.now();
  writeFileSync(path, mutant.mutate(text));
  try {
    const ran = judge(await runTest(copy, mutant.killer));
    return { mutant, ...ran, seconds: (Date.now() - startedAt) / 1000 };
  } finally {
    writeFileSync(path, text);
  }
};

const show = ({ mutant, verdict, by, seconds }: Result): string => {
  const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  return `| ${cut(mutant.name, 68).padEnd(68)} | ${verdict} | ${cut(by, 90).padEnd(90)} | ${seconds.toFixed(1).padStart(5)} |`;
};

interface Options {
  readonly only: string | undefined;
  readonly killer: string | undefined;
}

const readOptions = (): Options => {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        killer: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (!values.help) return { only: values.only, killer: values.killer };
    process.stdout.write(help);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('.')[0]}. See --help.\n`);
    process.exit(2);
  }
};

const main = async (): Promise<void> => {
  const { only, killer } = readOptions();
  if (killer !== undefined && (!existsSync(join(root, killer)) || killer.startsWith('test/proofs/'))) {
    process.stderr.write(`--killer: ${killer} is not a test file of npm test.\n`);
    process.exit(2);
  }
  const chosen = mutants.filter(({ name }) => only === undefined || name.includes(only));
  if (chosen.length === 0) {
    process.stderr.write(`No mutant's name contains "${only}".\n`);
    process.exit(2);
  }
  const waiting = killer === undefined ? [...chosen] : chosen.map((mutant) => ({ ...mutant, killer }));
  const results: Result[] = [];
  const copies = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, makeCopy);
  process.on('exit', () => {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  });
  process.on('SIGINT', () => process.exit(130));
  process.stdout.write(`| ${'mutant'.padEnd(68)} | verdict | ${'noticed by'.padEnd(90)} |     s |\n`);
  process.stdout.write(`|${'-'.repeat(70)}|---------|${'-'.repeat(92)}|------:|\n`);
  await Promise.all(
    copies.map(async (copy) => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const result = await tryOut(copy, mutant);
        results.push(result);
        process.stdout.write(`${show(result)}\n`);
      }
    }),
  );
  const killed = results.filter(({ verdict }) => verdict === 'killed').length;
  process.stdout.write(`\n${killed} of ${results.length} mutants killed\n`);
  process.exit(killed === results.length ? 0 : 1);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
