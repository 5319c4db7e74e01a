import { realpathSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRotationError } from '../../functions/contract/errors';
import { Sensitive } from '../../functions/language/sensitive';
import { spokenDuration } from '../../functions/language/time';
import { isRefreshable, parseToken, type TokenDocument } from '../../functions/momento/token';
import { codeOf } from '../../terminal/file-error';
import { inspectTokenBytes, largestSecret, readTokenFile } from '../../terminal/token-file';
import { UsageError } from '../../terminal/usage-error';
import { shownName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';

/** A document that somebody gives. */
export interface GivenDocument {
  /** What to call it. */
  readonly source: string;
  /** The document as it came. */
  readonly value: Sensitive;
  readonly token: TokenDocument;
}

const standardInput = '-';

const readText = async (context: CommandContext, file: string, source: string): Promise<string> => {
  if (file !== standardInput) return readTokenFile(file, { takesPipes: false, shown: source });
  if (context.stdinIsTerminal) throw new UsageError('Nothing comes on standard input. Name a file instead of -.');
  const read = inspectTokenBytes(await context.readStdin(largestSecret));
  if ('text' in read) return read.text;
  throw new UsageError(`What came on standard input ${read.wrong}. Give the token's document from Momento's console.`);
};

const warnOfReaders = (context: CommandContext, file: string): void => {
  if (file === standardInput) return;
  // Windows has no such bits, and shows those of whoever may write.
  const readers = process.platform === 'win32' ? 0 : (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o044;
  if (readers !== 0) context.say(`Warning: ${file} can be read by other users of this machine. chmod 600 ${file}`);
};

const parseDocument = (text: string, source: string, now: number): TokenDocument => {
  const download = "Download the token's document from Momento's console again.";
  let token: TokenDocument;
  try {
    token = parseToken(new Sensitive(text));
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret')) {
      throw new UsageError(`${source} is no Momento token: ${error.reason}. ${download}`, { cause: error });
    }
    if (!isRotationError(error, 'NotRefreshable')) throw error;
    const sentence = `${source} holds a v2 API key. Momento gives no refresh token with those, so it cannot be rotated. Make a token of the other kind in Momento's console.`;
    throw new UsageError(sentence, { cause: error });
  }
  if (!isRefreshable(token)) {
    throw new UsageError(`${source} holds a key without a refresh token, so it cannot be rotated. ${download}`);
  }
  if (token.validUntil <= now) {
    const ago = spokenDuration(now - token.validUntil);
    throw new UsageError(`The token in ${source} expired ${ago} ago. Make a new one in Momento's console.`);
  }
  return token;
};

/**
 * Reads a document from a file, or from standard input if it is called `-`, and warns if others can read the file.
 * @param now epoch seconds
 * @throws UsageError if it is no token that can be rotated, or has expired
 */
export const readTokenDocument = async (context: CommandContext, file: string, now: number): Promise<GivenDocument> => {
  const source = file === standardInput ? 'standard input' : shownName(file, 'that you named');
  const value = new Sensitive(await readText(context, file, source));
  const token = parseDocument(value.reveal(), source, now);
  warnOfReaders(context, file);
  return { source, value, token };
};

/** Deletes the file if an option or a person says so. */
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
    // What a link leads to holds the token; the link itself does not.
    const target = realpathSync(file);
    rmSync(target);
    if (target !== resolve(file)) rmSync(file, { force: true });
    context.say(`${target} was deleted.`);
  } catch (error) {
    context.say(`${file} still holds the token, and could not be deleted (${codeOf(error)}): delete it.`);
  }
};
