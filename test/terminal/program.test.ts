import { spawn } from 'node:child_process';
import { join } from 'node:path';

// Ctrl-C, and a reader that stops reading, are tested with the programs themselves: ../local/start.test.ts,
// ../bench/run.test.ts.

/** A program with this `main`, in a process of its own. */
const run = async (main: string, signal?: NodeJS.Signals) => {
  const script = `
    const { runProgram } = require('./terminal/program.ts');
    const { UsageError } = require('./terminal/usage-error.ts');
    runProgram(${main}, { describeError: () => 'described', onSignal: (signal) => signal === 'SIGHUP' });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { cwd: join(__dirname, '../..') });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
    if (signal && String(data) === 'ready') child.kill(signal);
  });
  child.stderr.on('data', (data) => {
    err += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, err };
};

const waiting = `() => new Promise((resolve) => {
  process.stdout.write('ready');
  process.on('SIGHUP', () => resolve(7));
  setTimeout(() => {}, 60_000);
})`;

test.each([
  ['its own code, after all that it printed', `async () => (process.stdout.write('x'.repeat(1e6)), 3)`, 3, ''],
  ['2 for wrong usage, with what is wrong', `async () => { throw new UsageError('Wrong.'); }`, 2, 'Wrong.\n'],
  [
    '1 for any other error, which only the program may describe',
    `async () => { throw new Error('secret'); }`,
    1,
    'described\n',
  ],
])('a program ends with %s', async (_, main, code, err) => {
  const ended = await run(main);
  expect([ended.code, ended.err]).toEqual([code, err]);
  if (code === 3) expect(ended.out).toHaveLength(1_000_000);
});

test('a signal ends it at once, unless the program says that it continues', async () => {
  expect(await run(waiting, 'SIGTERM')).toMatchObject({ code: 143, err: '' });
  expect(await run(waiting, 'SIGHUP')).toMatchObject({ code: 7, err: '' });
});
