import type { Unknown } from '../command/part';

/** `notChecked`: it could not be read. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'notChecked';

/** One line of `doctor`. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was checked. */
  readonly about: string;
  /** What was found. */
  readonly found: string;
  /** What to do. Not needed if it is ok, or if `found` says it. */
  readonly remedy?: string;
}

export const ok = (about: string, found: string): Finding => ({ verdict: 'ok', about, found });
export const warning = (about: string, found: string, remedy: string): Finding => ({
  verdict: 'warning',
  about,
  found,
  remedy,
});
export const problem = (about: string, found: string, remedy: string): Finding => ({
  verdict: 'problem',
  about,
  found,
  remedy,
});
/** Something that does not exist is a problem, and its text names the remedy. Something that cannot be read is not. */
export const unknown = (about: string, { unknown: found, absent }: Unknown): Finding => ({
  verdict: absent ? 'problem' : 'notChecked',
  about,
  found,
});
