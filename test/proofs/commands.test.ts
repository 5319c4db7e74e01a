import { spawn } from 'node:child_process';
import { type Clone, openClone, type Ran } from '../papers/clone';
import { expectAsWritten, inPages, inReadme, needsShell, serves } from '../papers/local-commands';

let clone: Clone;

beforeAll(async () => {
  clone = await openClone();
});

afterAll(() => clone.close());

test('the README’s commands that need no account do what it says, word for word in a shell, one after the other', async () => {
  expect(inReadme).toEqual(expect.arrayContaining(['npm start', 'npx momento-rotation import']));
  for (const command of inReadme) expectAsWritten(clone, command, await clone.inShell(command));
});

test.each(inPages.filter(needsShell))('%s does what its page says', async (command) => {
  expectAsWritten(clone, command, await clone.inShell(command));
});

/** Ends it as soon as it has printed this. */
const interruptedAt = (command: string, text: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: clone.folder };
    const [, , , ...args] = command.split(' ');
    const start = [process.execPath, ['--import', 'tsx', 'local/start.ts', ...args]] as const;
    const child = spawn(...start, { cwd: clone.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
      if (out.includes(text)) child.kill('SIGINT');
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });

test.each(inPages.filter(serves))('%s serves until Ctrl-C', async (command) => {
  const { code, out, err } = await interruptedAt(command, 'npx momento-rotation rollback');
  expect([code, err]).toEqual([130, '']);
  expect(out).toContain('export AWS_ENDPOINT_URL=http://127.0.0.1:');
});
