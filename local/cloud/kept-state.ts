import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../functions/language/json';
import { codeOf } from '../../terminal/file-error';
import { UsageError } from '../../terminal/usage-error';
import type { KeyRecord } from './momento/momento';
import type { Secret } from './secrets-manager/versions';
import type { Keeping } from './wire/keeping';

/** The embedded services' data in a folder. */
export interface KeptState {
  readonly secretsManager: Keeping<readonly Secret[]>;
  readonly momento: Keeping<readonly KeyRecord[]>;
  /** Lets another process use the folder. */
  release(): void;
}

interface Contents {
  readonly secrets: readonly Secret[];
  readonly keys: readonly KeyRecord[];
}

/** JSON has no maps. */
const asText = ({ secrets, keys }: Contents): string =>
  JSON.stringify({
    secrets: secrets.map((secret) => ({ ...secret, versions: [...secret.versions], labels: [...secret.labels] })),
    keys,
  });

/** Enough to know our own file by. */
const isSecret = (secret: unknown): boolean =>
  isObject(secret) &&
  typeof secret.name === 'string' &&
  typeof secret.arn === 'string' &&
  [secret.versions, secret.labels].every((entries) => Array.isArray(entries) && entries.every(Array.isArray));

const isKey = (key: unknown): boolean => isObject(key) && typeof key.bare === 'string';

const asContents = (text: string): Contents => {
  const { secrets, keys } = JSON.parse(text) as { secrets: Record<string, unknown>[]; keys: KeyRecord[] };
  if (!secrets.every(isSecret) || !keys.every(isKey)) throw new TypeError();
  return {
    secrets: secrets.map(
      (secret) =>
        ({
          ...secret,
          versions: new Map(secret.versions as [string, never][]),
          labels: new Map(secret.labels as [string, string][]),
        }) as unknown as Secret,
    ),
    keys,
  };
};

const readContents = (file: string): Contents | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UsageError(`The state in ${file} cannot be read (${codeOf(error)}). Name another folder with --state.`);
  }
  try {
    return asContents(text);
  } catch {
    // Not the parser's own message, which quotes what it could not read.
    throw new UsageError(`${file} holds no state of npm start -- --serve. Name another folder with --state.`);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There is one, but it is somebody else's.
    return codeOf(error) === 'EPERM';
  }
};

/** The folders that this process uses. */
const ours = new Set<string>();

/** Two processes would overwrite each other's secrets. */
const lock = (file: string): void => {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeFileSync(descriptor, String(process.pid));
    closeSync(descriptor);
    ours.add(file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    // In a container, the same number comes again for the next process.
    const isHeld = holder === process.pid ? ours.has(file) : holder > 0 && isAlive(holder);
    if (isHeld) {
      throw new UsageError(
        `Process ${holder} uses this --state already. Stop it, or name another folder. If it is none of npm start -- --serve, delete ${file}.`,
      );
    }
    rmSync(file, { force: true });
    lock(file);
  }
};

/**
 * Opens the folder, which is made if it is not there. Whatever is kept there can be read by its owner only: the values of secrets are.
 * @throws UsageError
 */
export const openState = (folder: string): KeptState => {
  const file = join(folder, 'embedded-cloud.json');
  const lockFile = join(folder, 'embedded-cloud.lock');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock(lockFile);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The folder ${folder} cannot be used (${codeOf(error)}). Name another one with --state.`);
  }
  const release = (): void => {
    ours.delete(lockFile);
    rmSync(lockFile, { force: true });
  };
  let contents: Contents | undefined;
  try {
    contents = readContents(file);
  } catch (error) {
    release();
    throw error;
  }
  const save = (changes: Partial<Contents>): void => {
    contents = { secrets: [], keys: [], ...contents, ...changes };
    // Renamed in one step, so that whatever interrupts us leaves the state before or the state after.
    writeFileSync(`${file}.new`, asText(contents), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    secretsManager: { kept: contents?.secrets, keep: (secrets) => save({ secrets }) },
    momento: { kept: contents?.keys, keep: (keys) => save({ keys }) },
    release,
  };
};
