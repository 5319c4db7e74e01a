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
    // An empty file has nothing to lose.
    return length === 0 || beginning.toString('utf8', 0, length) === reportBeginning;
  } finally {
    closeSync(opened);
  }
};

const unusable = (option: string, file: string, error: unknown): UsageError =>
  new UsageError(`${option}: ${file} cannot be written (${codeOf(error)}). Name a file in a folder of yours.`);

/**
 * Checks, before there is anything to write, that a report can be written to the file. Any other file, such as a token
 * file, is not overwritten.
 * @param option the option that named the file
 * @throws UsageError
 */
export const checkReportFile = (option: string, file: string): void => {
  if (basename(file) === '' || file.endsWith('/'))
    throw new UsageError(`${option} must name a file, such as out.html.`);
  try {
    accessSync(dirname(file), constants.W_OK);
    if (!existsSync(file)) return;
    // Opening a pipe blocks, and a device cannot be read back.
    if (!statSync(file).isFile()) throw new UsageError(`${option}: ${file} is not a regular file. Name another file.`);
    accessSync(file, constants.W_OK);
    if (isReport(file)) return;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unusable(option, file, error);
  }
  throw new UsageError(`${option}: ${file} exists and is not a report, so it is not overwritten. Name another file.`);
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

/** `out.html` becomes `out-2.html` in the second of several rounds. */
export const reportFileOf = (file: string, round: number, rounds: number): string => {
  if (rounds === 1) return file;
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}-${round}${ext}`);
};
