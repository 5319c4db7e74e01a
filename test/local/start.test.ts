import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'local/start.ts', ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      AWS_PROFILE: 'no-such-profile',
      AWS_SESSION_TOKEN: 'stale',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_DEFAULTS_MODE: 'no-such-mode',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      http_proxy: 'http://127.0.0.1:1',
      https_proxy: 'http://127.0.0.1:1',
      grpc_proxy: 'http://127.0.0.1:1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const finish = (child: ChildProcess) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    let out = '';
    let err = '';
    child.stdout?.on('data', (data) => {
      out += data;
    });
    child.stderr?.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

test('prints no warning, needs no environment variable, and ends without Ctrl-C', async () => {
  const { code, out, err } = await finish(start());
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('Outcome: rotated');
});

test('the exit code reaches the shell', async () => {
  expect((await finish(start('--input', '{"a": 1}', '--json'))).code).toBe(2);
});

test('Ctrl-C stops at once with exit code 130', async () => {
  const child = start('--repeat', '1000');
  const end = finish(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const stoppedAt = Date.now();
  child.kill('SIGINT');
  const { code, err } = await end;
  expect([code, err]).toEqual([130, '']);
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
});

test('a reader that stops reading the output causes no error', async () => {
  const child = start('--repeat', '200');
  const end = finish(child);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { err } = await end;
  expect(err).toBe('');
});
