import type { Unknown } from '../command/part';

/** `notChecked`: it could not be looked at from here. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'notChecked';

/** One line of `doctor`. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was looked at. */
  readonly about: string;
  /** What was found. */
  readonly found: string;
  /** What to do; with everything that is not ok, unless what was found says it. */
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
/** What is not there is a problem, and its text has the remedy; what could not be looked at is none. */
export const unknown = (about: string, { unknown: found, absent }: Unknown): Finding => ({
  verdict: absent ? 'problem' : 'notChecked',
  about,
  found,
});
