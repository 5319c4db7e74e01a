import { realpathSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Sensitive } from '../../functions/language/sensitive';
import { spokenDuration } from '../../functions/language/time';
import { isRefreshable, isToken, readToken, type TokenDocument } from '../../functions/momento/token';
import { codeOf } from '../../terminal/file-error';
import { inspectTokenBytes, largestSecret, readTokenFile } from '../../terminal/token-file';
import { UsageError } from '../../terminal/usage-error';
import { shownName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';

/** A token document that a user gives. */
interface GivenDocument {
  /** What to call it in a message. */
  readonly source: string;
  /** The document as it was read. */
  readonly value: Sensitive;
  readonly token: TokenDocument;
}

const standardInput = '-';

const readText = async (context: CommandContext, file: string, source: string): Promise<string> => {
  if (file !== standardInput) return readTokenFile(file, { takesPipes: false, shown: source });
  if (context.stdinIsTerminal)
    throw new UsageError('Standard input is a terminal. Name a file instead of -, or pipe the document in.');
  const read = inspectTokenBytes(await context.readStdin(largestSecret));
  if ('text' in read) return read.text;
  throw new UsageError(
    `The text on standard input ${read.wrong}. Pipe in the token's JSON file from the Momento console.`,
  );
};

const warnOfReaders = (context: CommandContext, file: string): void => {
  if (file === standardInput) return;
  // Windows has no such permission bits, and shows those of users who may write.
  const readers = process.platform === 'win32' ? 0 : (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o044;
  if (readers !== 0)
    context.say(`Warning: other users of this machine can read ${file}. Restrict it: chmod 600 ${file}`);
};

const parseDocument = (text: string, source: string, now: number): TokenDocument => {
  const download = "Download the token's JSON file from the Momento console again.";
  const token = readToken(new Sensitive(text));
  if (!isToken(token)) {
    throw new UsageError(
      token.error === 'MalformedSecret'
        ? `${source} does not hold a Momento token: ${token.reason}. ${download}`
        : `The key in ${source} cannot be rotated: ${token.reason}. Create a key of a kind that has a refresh token in the Momento console.`,
    );
  }
  if (!isRefreshable(token)) {
    throw new UsageError(`${source} holds a key without a refresh token, which cannot be rotated. ${download}`);
  }
  if (token.validUntil <= now) {
    const ago = spokenDuration(now - token.validUntil);
    throw new UsageError(`The token in ${source} expired ${ago} ago. Create a new one in the Momento console.`);
  }
  return token;
};

/**
 * Reads a token document from a file, or from standard input for `-`, and warns if other users can read the file.
 * @param now epoch seconds
 * @throws UsageError if the document holds no token that can be rotated, or one that has expired
 */
export const readTokenDocument = async (context: CommandContext, file: string, now: number): Promise<GivenDocument> => {
  const source = file === standardInput ? 'standard input' : shownName(file, 'that you named');
  const value = new Sensitive(await readText(context, file, source));
  const token = parseDocument(value.reveal(), source, now);
  warnOfReaders(context, file);
  return { source, value, token };
};

/** Deletes the file if the option says so, or, without the option, if the user confirms it. */
export const offerDeletion = async (
  context: CommandContext,
  file: string,
  deleteFile: boolean | undefined,
): Promise<void> => {
  if (file === standardInput) return;
  const isInterrupted = context.interrupt.signal.aborted;
  const wanted = deleteFile ?? (!isInterrupted && (await context.confirm(`Delete ${file}? It still holds the token.`)));
  if (!wanted) return context.say(`${file} still holds the token: delete it.`);
  try {
    // The token is in the file that a link leads to, not in the link.
    const target = realpathSync(file);
    rmSync(target);
    if (target !== resolve(file)) rmSync(file, { force: true });
    context.say(`Deleted ${target}.`);
  } catch (error) {
    context.say(`${file} still holds the token, and could not be deleted (${codeOf(error)}): delete it.`);
  }
};
