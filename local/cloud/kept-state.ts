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
  /** Releases the lock, so that another process can use the folder. */
  release(): void;
}

interface Contents {
  readonly secrets: readonly Secret[];
  readonly keys: readonly KeyRecord[];
}

/** Maps become arrays of entries, because JSON has no maps. */
const asText = ({ secrets, keys }: Contents): string =>
  JSON.stringify({
    secrets: secrets.map((secret) => ({ ...secret, versions: [...secret.versions], labels: [...secret.labels] })),
    keys,
  });

/** Checks enough to recognise a file that this module wrote. */
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
    // The parser's message is left out, because it quotes the file.
    throw new UsageError(`${file} is not a state file of npm start -- --serve. Name another folder with --state.`);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return codeOf(error) === 'EPERM';
  }
};

/** The folders that this process uses. */
const ours = new Set<string>();

/** Without the lock, two processes could overwrite each other's secrets. */
const lock = (file: string): void => {
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    writeFileSync(descriptor, String(process.pid));
    closeSync(descriptor);
    ours.add(file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    // In a container, the next process often gets the same process id.
    const isHeld = holder === process.pid ? ours.has(file) : holder > 0 && isAlive(holder);
    if (isHeld) {
      throw new UsageError(
        `Process ${holder} uses this --state already. Stop it, or name another folder. If that process is not npm start -- --serve, delete ${file}.`,
      );
    }
    rmSync(file, { force: true });
    lock(file);
  }
};

/**
 * Opens the folder and creates it if it does not exist. Only its owner can read the files, because they contain the
 * values of secrets.
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
    // Write, then rename: an interruption leaves either the old state or the new one.
    writeFileSync(`${file}.new`, asText(contents), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return {
    secretsManager: { kept: contents?.secrets, keep: (secrets) => save({ secrets }) },
    momento: { kept: contents?.keys, keep: (keys) => save({ keys }) },
    release,
  };
};
