import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const requirements = join(__dirname, 'requirements.txt');

/** Ignored by git. */
const environment = join(root, '.venv');
const marker = join(environment, 'requirements.txt');

/** Where the emulators' and the AWS CLI's commands are. */
export const pythonBin = join(environment, 'bin');

const run = (command: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw new Error(`${command} cannot be run (${(error as NodeJS.ErrnoException).code}): it is needed here.`);
  if (status !== 0) throw new Error(`${command} ${args[1] ?? ''} failed: see above.`);
};

/** Whether what is pinned is what is installed. Written last, so that an installation that broke off does not count. */
const isInstalled = (): boolean =>
  existsSync(marker) && readFileSync(marker, 'utf8') === readFileSync(requirements, 'utf8');

/** Makes the Python environment, unless it is there. Takes a minute. */
export const preparePython = (): void => {
  if (isInstalled()) return;
  process.stderr.write('Installing the emulators into .venv …\n');
  rmSync(environment, { recursive: true, force: true });
  run('python3', ['-m', 'venv', environment]);
  run(join(pythonBin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(marker, readFileSync(requirements, 'utf8'));
};
