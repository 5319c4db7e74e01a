import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLocal } from '../../local/run';
import { openServedCloud, type ServedCloud } from '../../local/serve';
import { createTerminal } from '../../local/terminal';
import packageJson from '../../package.json';
import { runProgram } from '../cli/operator';
import { secretName } from '../cloud';
import { createShell } from '../shell';
import { expectNoTrace, tokensIn } from '../traces';
import { needsAccount } from './account';
import { blocksIn, commandsIn, paper, papers, root, writtenBlock } from './papers';
import { countingJavaScript } from './programs';

// Every command of the papers is run by somebody: the README's here, word for word, in a shell; those of its pages here as well,
// in this process; what needs an AWS account by the emulator suite (../emulators/deployment.emulator.ts, move-over.emulator.ts).

/** Run by `.ci/run`, if need be with more options. */
const ci = readFileSync(join(root, '.ci/run'), 'utf8');
const isRunByCi = (command: string): boolean => new RegExp(`\\b${command}(?![\\w:-])`).test(ci);

/** What takes longer than a test may, or draws pictures. Each was run before its page said what it prints. */
const byHand = ['npm run soak', 'npm run test:mutants', 'npm run test:exhaustive -- --random-only --runs 500 --seed 1'];

/** The parts that a shell runs one after the other. */
const partsOf = (line: string): string[] => line.split(' && ');

const isLocal = (command: string): boolean => /^(npm start|npx momento-rotation)\b| --scenario /.test(command);

/** Those that end with exit code 1, because what they show is a failure. */
const failing = [
  'npm start -- --fail refresh:RefreshRejected',
  'npm start -- --fail verify',
  'npm start -- --report out.html --fail verify',
  'npm start -- --fail refresh:crash --single-use',
];

const here = papers.filter(({ file }) => file !== 'test/emulators/README.md');
const inReadme = commandsIn(paper('README.md')).flatMap(partsOf).filter(isLocal);
const inPages = here
  .filter(({ file }) => file !== 'README.md')
  .flatMap(commandsIn)
  .flatMap(partsOf)
  .filter(isLocal);

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let clone: string;
let served: ServedCloud;

/** A folder with all that a clone has, so that nothing is written into the real one. */
const makeClone = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'clone-'));
  const generated = ['.git', 'cdk.out', 'coverage'];
  for (const name of readdirSync(root).filter((each) => !generated.includes(each) && !each.endsWith('.html'))) {
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
};

beforeAll(async () => {
  clone = makeClone();
  const serve = { everySeconds: undefined, stateFolder: undefined };
  const options = { secret: secretName, tokenFileText: undefined, rotateBefore: undefined, singleUse: false };
  served = await openServedCloud({ ...options, fail: undefined, serve }, createTerminal({ write: () => {} }, {}));
  writeFileSync(join(clone, 'momento_token.info.json'), readFileSync(served.tokenFile), { mode: 0o600 });
});

afterAll(async () => {
  await served.close();
  rmSync(clone, { recursive: true });
});

const inShell = async (command: string): Promise<Ran> => {
  const env = { PATH: process.env.PATH ?? '', HOME: clone, npm_config_update_notifier: 'false', ...served.env };
  const { status, stdout, stderr } = await createShell(env, clone)(command);
  return { code: status, out: stdout, err: stderr };
};

/** As a shell takes words apart: single quotes are all that the papers use. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const inProcess = async (command: string): Promise<Ran> => {
  const [program, name, ...args] = wordsOf(command);
  if (name === 'run') return inShell(command);
  if (program === 'npx') return runProgram(args, served.env, { answers: 'y\n' });
  const words = wordsOf(command).slice(2);
  let [out, err] = ['', ''];
  const cwd = process.cwd();
  process.chdir(clone);
  try {
    const code = await runLocal(
      words.filter((word) => word !== '--' && word !== '--silent'),
      {
        stdout: { write: (text: string) => (out += text) },
        stderr: { write: (text: string) => (err += text) },
        env: {},
      },
    );
    expect(name).toBe('start');
    return { code, out, err };
  } finally {
    process.chdir(cwd);
  }
};

const endsAsWritten = async (command: string, run: (command: string) => Promise<Ran>): Promise<void> => {
  const { code, out, err } = await run(command);
  // What a person is asked, and what they are reminded of when nobody is there to be asked.
  const complaint = err
    .replace(/^.*\? \[y\/N\] /s, '')
    .replace('momento_token.info.json still holds the token: delete it.\n', '');
  expect([command, code, complaint]).toEqual([command, failing.includes(command) ? 1 : 0, '']);
  expect(out).not.toBe('');
  expectNoTrace(out, tokensIn(served.cloud, secretName));
};

test('every command is run: here, by .ci/run, by the emulator suite, or by hand, and then it is there', () => {
  const scripts = Object.keys(packageJson.scripts);
  const isRun = (command: string): boolean =>
    isLocal(command) || needsAccount(command) || isRunByCi(command) || byHand.includes(command);
  const all = here.flatMap(commandsIn).flatMap(partsOf);
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
  for (const command of inReadme) await endsAsWritten(command, inShell);
});

test.each(inPages.filter((command) => !command.includes('--serve')))('%s does what its page says', (command) =>
  endsAsWritten(command, inProcess),
);

/** Ends it as soon as it has printed this. */
const interruptedAt = (command: string, text: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: clone };
    const [, , , ...args] = command.split(' ');
    const start = [process.execPath, ['--import', 'tsx', 'local/start.ts', ...args]] as const;
    const child = spawn(...start, { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
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

test.each(inPages.filter((command) => command.includes('--serve')))('%s serves until Ctrl-C', async (command) => {
  const { code, out, err } = await interruptedAt(command, 'npx momento-rotation rollback');
  expect([code, err]).toEqual([130, '']);
  expect(out).toContain('export AWS_ENDPOINT_URL=http://127.0.0.1:');
});

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
  expect(bare((await inProcess('npm start')).out)).toContain(bare(shown));
});

test('an alert by e-mail says what docs/alerts.md shows', async () => {
  const shown = blocksIn(paper('docs/alerts.md')).find(({ text }) => text.startsWith('Subject:'))?.text ?? '';
  const { out } = await inProcess('npm start -- --fail refresh:RefreshRejected');
  const parts = bare(shown)
    .split('…')
    .map((part) => part.trim());
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) expect(bare(out)).toContain(part);
});

test('the program in the README starts an execution', async () => {
  const script = join(clone, 'start.mjs');
  const { MOMENTO_ROTATION_STATE_MACHINE_ARN: arn } = served.env;
  const program = writtenBlock('ts', 'import { SFNClient');
  writeFileSync(script, program.replace('await new', `const stateMachineArn = '${arn}';\nconst started = await new`));
  const { code, err } = await inShell(`${process.execPath} ${script}`);
  expect([code, err.replace(/^.*NodeVersionSupportWarning[\s\S]*$/m, '')]).toEqual([0, '']);
});

test('the program in the README reads the current key, and reads it again when it is told that Momento refused it', async () => {
  const script = join(clone, 'application.mjs');
  const { secretsManager } = served.cloud;
  const current = secretsManager.labels(secretName).get('AWSCURRENT') ?? '';
  const { authToken } = JSON.parse(secretsManager.storedValue(secretName, current) ?? '{}') as { authToken: string };
  writeFileSync(script, countingJavaScript(writtenBlock('js', 'import { GetSecretValueCommand'), authToken));
  const { out } = await inShell(`${process.execPath} ${script}`);
  expect(out).toBe('0\n0\n1\n');
});

test('JSON in the papers is JSON', () => {
  for (const { text } of papers.flatMap(blocksIn).filter(({ language }) => language === 'json')) {
    expect(() => JSON.parse(text)).not.toThrow();
  }
});
