import { readFileSync, statSync } from 'node:fs';
import { UsageError } from './usage-error';

/** What a secret can hold, in bytes. */
const largestSecret = 65_536;

/** Why the file cannot be a secret's value, or its text. */
const inspectTokenFile = (path: string): { readonly wrong: string } | { readonly text: string } => {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { wrong: 'is a folder' };
    if (!stats.isFile() && !stats.isFIFO()) return { wrong: 'is no file' };
    const text = stats.size > largestSecret ? undefined : readFileSync(path, 'utf8');
    if (text === '') return { wrong: 'is empty' };
    if (text === undefined || Buffer.byteLength(text) > largestSecret) {
      return { wrong: `is larger than the ${largestSecret} bytes that a secret may hold` };
    }
    return { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { wrong: code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})` };
  }
};

/**
 * The text of a token document, as it was downloaded from Momento's console.
 * @throws UsageError
 */
export const readTokenFile = (path: string): string => {
  const file = inspectTokenFile(path);
  if ('text' in file) return file.text;
  throw new UsageError(
    `The token file '${path}' ${file.wrong}. Name the file that you downloaded from Momento's console.`,
  );
};
