import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import packageJson from '../../package.json';

/** All that the deployed code and the stack are made from. The lock file stands for the packages. */
const parts = ['functions', 'infra', 'statemachine', 'package-lock.json'] as const;

const isSource = (name: string): boolean => /\.(ts|json)$/.test(name);

const filesIn = (folder: string, part: string): readonly string[] => {
  const path = join(folder, part);
  // A package from npm has no lock file.
  if (!existsSync(path)) return [];
  if (isSource(part)) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(isSource)
    .map((name) => join(path, name));
};

/**
 * The version of what a clone deploys, such as `0.1.0+1f2e3d4c5b6a`: the package's version, and a hash of the sources.
 * Synthesis writes it into an output of the stack, and `doctor` compares that with its own clone: so neither has to
 * load the CDK nor to bundle the functions.
 */
export const sourceVersion = (folder = join(__dirname, '..', '..')): string => {
  const hash = createHash('sha256');
  const files = parts.flatMap((part) => filesIn(folder, part));
  for (const file of files.toSorted()) {
    // Git on Windows may check out other line ends, and slashes differ.
    const name = relative(folder, file).replaceAll(sep, '/');
    hash.update(`${name}\0${readFileSync(file, 'utf8').replaceAll('\r\n', '\n')}\0`);
  }
  return `${packageJson.version}+${hash.digest('hex').slice(0, 12)}`;
};
