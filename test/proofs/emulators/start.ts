import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepToThisMachine } from '../../../local/loopback-environment';
import { startLocalStack, startMiniStack, startMoto } from './emulator';
import { findPython, noPython } from './find-python';
import { killGroup } from './group';
import { emulatorsPython, localStackPython, preparePython } from './python';
import { startRecordedServices } from './recorded-services';

// `npm run test:emulators -- [options of jest]`: starts the emulators, runs the tests against them, and leaves
// nothing behind.

const root = join(__dirname, '..', '..', '..');

const folder = mkdtempSync(join(tmpdir(), 'emulators-'));

/** What ends the processes that were started. */
const stops: (() => void)[] = [];
const atExit = (stop: () => void): void => {
  stops.push(stop);
};

// On failure, Ctrl-C and a closed terminal too: nothing may stay behind that listens, or that fills the disk.
process.on('exit', () => {
  for (const stop of stops) stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const runJest = (environment: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(__dirname, 'jest.config.js')];
    const child = spawn(process.execPath, [...jest, ...process.argv.slice(2)], {
      cwd: root,
      // A group of its own, so that at Ctrl-C the deployment that it runs ends with it.
      detached: true,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    atExit(() => killGroup(child));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });

/** @returns what the tests of LocalStack read: where it is, or why it is left out */
const prepareLocalStack = async (): Promise<Readonly<Record<string, string>>> => {
  const python = findPython();
  if (python === undefined) return { LOCALSTACK_LEFT_OUT: noPython() };
  await preparePython(localStackPython, python, atExit);
  const services = await startRecordedServices();
  const url = await startLocalStack(folder, atExit, services);
  return { LOCALSTACK_URL: url, RECORDED_SERVICES_URL: services };
};

const main = async (): Promise<number> => {
  await preparePython(emulatorsPython, 'python3', atExit);
  const localStack = await prepareLocalStack();
  const [ministack, second, moto] = await Promise.all([
    startMiniStack(folder, atExit),
    startMiniStack(folder, atExit),
    startMoto(folder, atExit),
  ]);
  const code = await runJest({
    MINISTACK_URL: ministack,
    SECOND_MINISTACK_URL: second,
    MOTO_URL: moto,
    EMULATORS_FOLDER: folder,
    ...localStack,
  });
  const { LOCALSTACK_LEFT_OUT: reason } = localStack;
  if (reason) process.stderr.write(`LocalStack's interpreter is left out: ${reason}.\n`);
  return code;
};

keepToThisMachine(process.env);
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
