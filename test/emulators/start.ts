import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepToThisMachine } from '../../local/shell';
import { type Emulator, startMiniStack, startMoto } from './emulator';
import { preparePython } from './python';

// `npm run test:emulators -- [options of jest]`: starts the emulators, runs the tests against them, and leaves nothing behind.

const root = join(__dirname, '..', '..');

const folder = mkdtempSync(join(tmpdir(), 'emulators-'));
const emulators: Emulator[] = [];

// On failure, Ctrl-C and a closed terminal too: nothing may stay behind that listens, or that fills the disk.
process.on('exit', () => {
  for (const { stop } of emulators) stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const runJest = (environment: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(__dirname, 'jest.config.js')];
    const child = spawn(process.execPath, [...jest, ...process.argv.slice(2)], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    process.on('exit', () => child.kill());
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });

const main = async (): Promise<number> => {
  preparePython();
  const started = await Promise.allSettled([startMiniStack(folder), startMoto(folder)]);
  for (const each of started) if (each.status === 'fulfilled') emulators.push(each.value);
  for (const each of started) if (each.status === 'rejected') throw each.reason;
  const [ministack, moto] = emulators;
  return runJest({ MINISTACK_URL: ministack?.url ?? '', MOTO_URL: moto?.url ?? '', EMULATORS_FOLDER: folder });
};

keepToThisMachine(process.env);
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
