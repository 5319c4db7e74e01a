import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killGroup } from './group';

const root = join(__dirname, '..', '..', '..');

/** A virtual environment, and what is installed into it. */
export interface PythonEnvironment {
  /** In the project's folder, ignored by git. */
  readonly name: string;
  /** The file here that pins the packages. */
  readonly requirements: string;
}

export const emulatorsPython: PythonEnvironment = { name: '.venv', requirements: 'requirements.txt' };

/** A separate environment, because LocalStack requires other versions of the same packages. */
export const localStackPython: PythonEnvironment = {
  name: '.venv-localstack',
  requirements: 'localstack-requirements.txt',
};

/** Where an environment's commands are. */
export const binOf = ({ name }: PythonEnvironment): string => join(root, name, 'bin');

/** Where the emulators' and the AWS CLI's commands are. */
export const pythonBin = binOf(emulatorsPython);

type AtExit = (stop: () => void) => void;

const run = (what: string, command: string, args: readonly string[], atExit: AtExit): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    atExit(() => killGroup(child));
    child.on('error', () => reject(new Error(`${command} cannot be run. Install Python 3.10 or newer.`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${what} failed: see above.`))));
  });

/** Creates a Python environment, unless it exists. Takes a minute or two. */
export const preparePython = async (environment: PythonEnvironment, python: string, atExit: AtExit): Promise<void> => {
  const { name } = environment;
  const folder = join(root, name);
  const pip = join(binOf(environment), 'pip');
  const requirements = join(__dirname, environment.requirements);
  const pinned = readFileSync(requirements, 'utf8');
  // Written last, so that an interrupted installation is repeated.
  const marker = join(folder, 'requirements.txt');
  const isPinned = existsSync(marker) && readFileSync(marker, 'utf8') === pinned;
  // The commands name their interpreter by its whole path: it may be gone.
  if (isPinned && spawnSync(pip, ['--version']).status === 0) return;
  process.stderr.write(`Installing ${environment.requirements} into ${name} …\n`);
  rmSync(folder, { recursive: true, force: true });
  await run(`Making ${name} (Debian: apt install python3-venv)`, python, ['-m', 'venv', folder], atExit);
  const options = ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  await run('Installing the emulators', pip, options, atExit);
  writeFileSync(marker, pinned);
};
