import { readFileSync, statSync } from 'node:fs';
import { UsageError } from './usage-error';

/** The size limit of a secret's value, in bytes. */
export const largestSecret = 65_536;

type Inspected = { readonly wrong: string } | { readonly text: string };

/** Why these bytes cannot be a secret's value, or their text. */
export const inspectTokenBytes = (bytes: Uint8Array): Inspected => {
  if (bytes.length > largestSecret) {
    return { wrong: `is larger than the ${largestSecret} bytes that a secret may hold` };
  }
  if (bytes.length === 0) return { wrong: 'is empty' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { wrong: 'is not plain UTF-8' };
  }
};

const inspectTokenFile = (path: string, takesPipes: boolean): Inspected => {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { wrong: 'is a folder' };
    if (stats.isFIFO() && !takesPipes) return { wrong: 'is a pipe: use standard input, with - as its name' };
    if (!stats.isFile() && !stats.isFIFO()) return { wrong: 'is not a file' };
    // Do not read a huge file only to refuse it.
    if (stats.size > largestSecret) return inspectTokenBytes(new Uint8Array(largestSecret + 1));
    return inspectTokenBytes(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { wrong: code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})` };
  }
};

/**
 * Reads a token document as downloaded from the Momento console.
 * @param takesPipes whether to read a named pipe, which blocks the process until data arrives
 * @param shown how to call the file in an error
 * @throws UsageError
 */
export const readTokenFile = (path: string, { takesPipes = true, shown = `'${path}'` } = {}): string => {
  const file = inspectTokenFile(path, takesPipes);
  if ('text' in file) return file.text;
  throw new UsageError(
    `The token file ${shown} ${file.wrong}. Name the file that you downloaded from the Momento console.`,
  );
};
