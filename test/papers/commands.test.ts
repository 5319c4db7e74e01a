import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { secretName } from '../cloud';
import { needsAccount } from './account';
import { type Clone, openClone } from './clone';
import {
  expectAsWritten,
  inPages,
  inReadme,
  isLocal,
  needsShell,
  partsOf,
  serves,
  usersPapers,
} from './local-commands';
import { blocksIn, commandsIn, paper, papers, root, writtenBlock } from './papers';
import { countingJavaScript } from './programs';

// Every command of the papers is run: what needs no account here, in this process; the README's, what only a shell
// can run and what serves, in processes of their own (../proofs/commands.test.ts); what needs an AWS account by the
// emulator suite (../proofs/emulators).

/** Run by `.ci/run`, if need be with more options. */
const ci = readFileSync(join(root, '.ci/run'), 'utf8');
const isRunByCi = (command: string): boolean => new RegExp(`\\b${command}(?![\\w:-])`).test(ci);

/** What takes longer than a test may. Each was run before its page said what it prints. */
const byHand = [
  'npm run soak',
  'npm run test:exhaustive',
  'npm run test:exhaustive -- --random-only --runs 500 --seed 1',
];

let clone: Clone;

beforeAll(async () => {
  clone = await openClone();
});

afterAll(() => clone.close());

test('every command is run: in the tests, by .ci/run, by the emulator suite, or by hand if it exists', () => {
  const scripts = Object.keys(packageJson.scripts);
  const isRun = (command: string): boolean =>
    isLocal(command) || needsAccount(command) || isRunByCi(command) || byHand.includes(command);
  const all = usersPapers.flatMap(commandsIn).flatMap(partsOf);
  expect(all.filter((command) => !isRun(command))).toEqual([]);
  for (const command of byHand) {
    expect(all).toContain(command);
    expect(scripts).toContain(command.split(' ')[2]);
  }
  expect(
    commandsIn(paper('README.md'))
      .flatMap(partsOf)
      .filter((command) => byHand.includes(command)),
  ).toEqual([]);
});

test('the README’s commands that need no account do what it says, one after the other', async () => {
  expect(inReadme).toEqual(expect.arrayContaining(['npm start', 'npx momento-rotation import']));
  for (const command of inReadme) expectAsWritten(clone, command, await clone.inProcess(command));
});

test.each(inPages.filter((command) => !serves(command) && !needsShell(command)))(
  '%s does what its page says',
  async (command) => {
    expectAsWritten(clone, command, await clone.inProcess(command));
  },
);

/** Without what differs from run to run, and from terminal to terminal. */
const bare = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, 'TIME')
    .replace(/[0-9a-f]{8}/g, 'ID')
    .replace(/\(\d+ ms\)/g, '(MS)')
    .replace(/\d+ (days?|hours?|minutes?)( \d+ (hours?|minutes?))? left/g, 'SOME TIME left')
    .replace(/\b[a-z]{2}-[a-z]+-\d\b/g, 'REGION')
    .replace(/\s+/g, ' ')
    .trim();

test('npm start prints what the README shows', async () => {
  const shown = blocksIn(paper('README.md')).find(({ text }) => text.includes('✓ Fetch'))?.text ?? '';
  expect(bare((await clone.inProcess('npm start')).out)).toContain(bare(shown));
});

test('an alert by e-mail says what docs/alerts.md shows', async () => {
  const shown = blocksIn(paper('docs/alerts.md')).find(({ text }) => text.startsWith('Subject:'))?.text ?? '';
  const { out } = await clone.inProcess('npm start -- --fail refresh:RefreshRejected');
  const parts = bare(shown)
    .split('…')
    .map((part) => part.trim());
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(bare(out)).toContain(part);
});

test('the program in the README starts an execution', async () => {
  const script = join(clone.folder, 'start.mjs');
  const { MOMENTO_ROTATION_STATE_MACHINE_ARN: arn } = clone.served.env;
  const program = writtenBlock('ts', 'import { SFNClient');
  writeFileSync(script, program.replace('await new', `const stateMachineArn = '${arn}';\nconst started = await new`));
  const { code, err } = await clone.inShell(`${process.execPath} ${script}`);
  expect([code, err.replace(/^.*NodeVersionSupportWarning[\s\S]*$/m, '')]).toEqual([0, '']);
});

test('the program in the README reads the current key, and reads it again when it is told that Momento refused it', async () => {
  const script = join(clone.folder, 'application.mjs');
  const { secretsManager } = clone.served.cloud;
  const current = secretsManager.labels(secretName).get('AWSCURRENT') ?? '';
  const { authToken } = JSON.parse(secretsManager.storedValue(secretName, current) ?? '{}') as { authToken: string };
  writeFileSync(script, countingJavaScript(writtenBlock('js', 'import { GetSecretValueCommand'), authToken));
  const { out } = await clone.inShell(`${process.execPath} ${script}`);
  expect(out).toBe('0\n0\n1\n');
});

test('JSON in the papers is JSON', () => {
  for (const { text } of papers.flatMap(blocksIn).filter(({ language }) => language === 'json')) {
    expect(() => JSON.parse(text)).not.toThrow();
  }
});
