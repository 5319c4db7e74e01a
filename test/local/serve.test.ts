import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServedCloud, type ServedOptions, showServed } from '../../local/serve';
import { createTerminal } from '../../terminal/terminal';
import { secretName } from '../cloud';
import { expectNoTrace, tokensIn } from '../token-traces';

const root = join(__dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const lines: string[] = [];
const terminal = createTerminal({ write: (text) => lines.push(text) }, {});

const open = (serve: Partial<ServedOptions['serve']> = {}, more: Partial<ServedOptions> = {}) =>
  openServedCloud(
    {
      secret: secretName,
      tokenFileText: undefined,
      rotateBefore: undefined,
      singleUse: false,
      fail: undefined,
      serve: { everySeconds: undefined, stateFolder: undefined, ...serve },
      ...more,
    },
    terminal,
  );

test('a second start finds the secrets and the tokens of the first, readable by their owner only', async () => {
  const stateFolder = join(folder, 'state');
  const first = await open({ stateFolder });
  const before = first.cloud.secretsManager.snapshot(secretName);
  const value = first.cloud.secretsManager.storedValue(secretName, before[0]?.versionId ?? '');
  await first.close();
  expect(statSync(join(stateFolder, 'embedded-cloud.json')).mode & 0o077).toBe(0);
  expect(statSync(stateFolder).mode & 0o077).toBe(0);
  const second = await open({ stateFolder });
  expect(second.cloud.secretsManager.snapshot(secretName)).toEqual(before);
  const { authToken } = JSON.parse(value ?? '') as { authToken: string };
  const { api_key: bare } = JSON.parse(Buffer.from(authToken, 'base64').toString()) as { api_key: string };
  expect(second.cloud.momento.inspect(bare).accepted).toBe(true);
  await second.close();
});

test('the token for an import is its reader’s alone, goes in the end, and takes the place of no other', async () => {
  writeFileSync(join(folder, 'momento_token.info.json'), 'mine');
  const served = await open({ stateFolder: folder });
  expect(statSync(served.tokenFile).mode & 0o077).toBe(0);
  await served.close();
  expect(existsSync(served.tokenFile)).toBe(false);
  expect(readFileSync(join(folder, 'momento_token.info.json'), 'utf8')).toBe('mine');
});

test('two processes do not share a folder, and a stale lock is ignored', async () => {
  const first = await open({ stateFolder: folder });
  await expect(open({ stateFolder: folder })).rejects.toThrow(/^Process \d+ uses this --state already\./);
  await first.close();
  for (const holder of [999_999_999, process.pid]) {
    writeFileSync(join(folder, 'embedded-cloud.lock'), String(holder));
    await (await open({ stateFolder: folder })).close();
  }
});

test.each([
  '{',
  '{"secrets": 1}',
  '[]',
  '{"secrets": [{}], "keys": []}',
  '{"secrets": [{"name": "a"}], "keys": []}',
  '{"secrets": [], "keys": [{}]}',
])('a file that holds no state is refused by name, and kept: %s', async (text) => {
  const file = join(folder, 'embedded-cloud.json');
  writeFileSync(file, text);
  await expect(open({ stateFolder: folder })).rejects.toThrow(`${file} is not a state file of npm start -- --serve.`);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(existsSync(join(folder, 'embedded-cloud.lock'))).toBe(false);
});

test('a folder that cannot be made is refused by name', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(open({ stateFolder: join(folder, 'file', 'state') })).rejects.toThrow(/cannot be used \(ENOTDIR\)/);
});

test('--every plays the scheduler', async () => {
  lines.length = 0;
  const served = await open({ everySeconds: 1 });
  const before = served.cloud.secretsManager.labels(secretName).get('AWSCURRENT');
  for (let tries = 0; tries < 400 && !lines.join('').includes('  rotated\n'); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(served.cloud.secretsManager.labels(secretName).get('AWSPREVIOUS')).toBe(before);
  await served.close();
  expect(lines.join('')).toMatch(/ {2}started\n.* {2}rotated\n/);
});

test('what it prints leads others here, and shows no token', async () => {
  lines.length = 0;
  const served = await open();
  const options = { secret: secretName, serve: { everySeconds: 30, stateFolder: 'dir' } } as ServedOptions;
  showServed(terminal, options, served);
  const text = lines.join('');
  for (const [name, value] of Object.entries(served.env)) expect(text).toContain(`  export ${name}=${value}\n`);
  expect(text).toContain(`npx momento-rotation import ${served.tokenFile}`);
  expect(text).toContain('A rotation starts every 30 seconds.');
  expect(text).not.toContain('--secret');
  showServed(terminal, { ...options, secret: 'another/secret' }, served);
  expect(lines.join('')).toContain('npx momento-rotation status --secret another/secret\n');
  expectNoTrace(text, tokensIn(served.cloud, secretName));
  await served.close();
});

const finish = (child: ChildProcess) =>
  new Promise<{ code: number | null; out: string }>((resolve) => {
    let out = '';
    child.stdout?.on('data', (text) => {
      out += text;
    });
    child.on('close', (code) => resolve({ code, out }));
  });

const start = (file: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

test('the variables that it prints lead the operator’s program to it, and Ctrl-C leaves nothing behind', async () => {
  const serving = start('local/start.ts', ['--serve', '--state', folder]);
  const end = finish(serving);
  let text = '';
  await new Promise<void>((resolve) =>
    serving.stdout?.on('data', (data) => {
      text += data;
      if (text.includes('rollback')) resolve();
    }),
  );
  const env = Object.fromEntries(
    [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const rotated = await finish(start('cli/start.ts', ['rotate', '--json'], env));
  expect([rotated.code, JSON.parse(rotated.out)]).toEqual([0, expect.objectContaining({ outcome: 'rotated' })]);
  serving.kill('SIGINT');
  expect((await end).code).toBe(130);
  expect(existsSync(join(folder, 'embedded-cloud.lock'))).toBe(false);
});
