import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first is the one that LocalStack itself runs in. */
const names = ['python3.13', 'python3.14', 'python3', 'python'];

/** The output of a command; empty if it cannot be run or fails. */
const printed = (command: string, args: readonly string[]): string => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? stdout.trim() : '';
};

/** The folders of the versions that a manager of Python versions has installed, in use or not. */
const versionsIn = (folder: string): readonly string[] =>
  isAbsolute(folder) && existsSync(folder) ? readdirSync(folder).map((version) => join(folder, version, 'bin')) : [];

const folders = (): readonly string[] => [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/local/bin',
  '/usr/bin',
  ...versionsIn(join(printed('pyenv', ['root']), 'versions')),
  ...versionsIn(printed('uv', ['python', 'dir'])),
];

/** Runs it, because pyenv puts commands on the PATH that fail, and Debian has Pythons that cannot create environments. */
const isGood = (python: string): boolean =>
  printed(python, ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 13))']) === 'True';

/** Python 3.13 or newer: EMULATORS_PYTHON if it is set, otherwise one of this machine; `undefined` without one. */
export const findPython = (): string | undefined => {
  const { EMULATORS_PYTHON: named } = process.env;
  if (named) return isGood(named) ? named : undefined;
  const places = folders();
  const candidates = names.flatMap((name) => places.map((folder) => join(folder, name)));
  return candidates.find((candidate) => existsSync(candidate) && isGood(candidate));
};

/** Why LocalStack is left out where `findPython` finds none. */
export const noPython = (): string => {
  const { EMULATORS_PYTHON: named } = process.env;
  const found = named ? `EMULATORS_PYTHON is ${named}` : `none was found (looked for: ${names.join(', ')})`;
  return `it needs Python 3.13 or newer, and ${found}`;
};
