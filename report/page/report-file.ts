import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import { codeOf } from '../../terminal/file-error';
import { UsageError } from '../../terminal/usage-error';
import { reportBeginning } from './page';

const isReport = (file: string): boolean => {
  const opened = openSync(file, 'r');
  try {
    const beginning = Buffer.alloc(Buffer.byteLength(reportBeginning));
    const length = readSync(opened, beginning);
    // An empty file is nothing that could be lost.
    return length === 0 || beginning.toString('utf8', 0, length) === reportBeginning;
  } finally {
    closeSync(opened);
  }
};

const unusable = (option: string, file: string, error: unknown): UsageError =>
  new UsageError(`${option}: ${file} cannot be written (${codeOf(error)}). Name a file in a folder of yours.`);

/**
 * Looks, before there is anything to write, whether a report can be written there. Another file, a token's document for one, is not
 * overwritten.
 * @param option what named the file
 * @throws UsageError
 */
export const checkReportFile = (option: string, file: string): void => {
  if (basename(file) === '' || file.endsWith('/'))
    throw new UsageError(`${option} must name a file, such as out.html.`);
  try {
    accessSync(dirname(file), constants.W_OK);
    if (!existsSync(file)) return;
    // A pipe would be waited for, and of a device nothing can be read again.
    if (!statSync(file).isFile()) throw new UsageError(`${option}: ${file} is no file. Name another.`);
    accessSync(file, constants.W_OK);
    if (isReport(file)) return;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unusable(option, file, error);
  }
  throw new UsageError(`${option}: ${file} exists and is no report, so it is not overwritten. Name another file.`);
};

/** @throws UsageError */
export const writeReport = (option: string, file: string, page: string): void => {
  checkReportFile(option, file);
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw unusable(option, file, error);
  }
};

/** `out.html` is `out-2.html` in the second of several rounds. */
export const reportFileOf = (file: string, round: number, rounds: number): string => {
  if (rounds === 1) return file;
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}-${round}${ext}`);
};
