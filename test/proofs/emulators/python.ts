import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killGroup } from './group';

const root = join(__dirname, '..', '..', '..');
const requirements = join(__dirname, 'requirements.txt');

/** Ignored by git. */
const environment = join(root, '.venv');
const marker = join(environment, 'requirements.txt');

/** Where the emulators' and the AWS CLI's commands are. */
export const pythonBin = join(environment, 'bin');

type AtExit = (stop: () => void) => void;

const run = (what: string, command: string, args: readonly string[], atExit: AtExit): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    atExit(() => killGroup(child));
    child.on('error', () => reject(new Error(`${command} cannot be run. Install Python 3.10 or newer.`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${what} failed: see above.`))));
  });

/**
 * Whether what is pinned is what is installed, here: the commands name their interpreter by its whole path. The
 * marker is written last, so that an installation that broke off does not count.
 */
const isInstalled = (): boolean =>
  existsSync(marker) &&
  readFileSync(marker, 'utf8') === readFileSync(requirements, 'utf8') &&
  spawnSync(join(pythonBin, 'pip'), ['--version']).status === 0;

/** Makes the Python environment, unless it is there. Takes a minute. */
export const preparePython = async (atExit: AtExit): Promise<void> => {
  if (isInstalled()) return;
  process.stderr.write('Installing the emulators into .venv …\n');
  rmSync(environment, { recursive: true, force: true });
  await run('Making .venv (Debian: apt install python3-venv)', 'python3', ['-m', 'venv', environment], atExit);
  const options = ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  await run('Installing the emulators', join(pythonBin, 'pip'), options, atExit);
  writeFileSync(marker, readFileSync(requirements, 'utf8'));
};
