import type { Severity } from '../contract/alert';
import { type Sentence, sentence } from '../language/sentence';
import { type EpochSeconds, spokenDuration, spokenTime } from '../language/time';
import type { Aftermath, Failure } from './failure';

/** What a failed rotation means for the applications that use the token. */
export interface Impact {
  readonly severity: Severity;
  /** The expiry of the token that applications use; `null` if it was not read. */
  readonly validUntil: EpochSeconds | null;
  readonly applications: Sentence;
  /** When applications begin to fail, if the operator does nothing. */
  readonly failing: 'now' | 'beforeNextRun' | 'later' | 'unknown';
}

/** After these errors, no run succeeds until the operator stores another token. */
export const wantsNewToken = ({ error }: Failure): boolean =>
  ['MalformedSecret', 'NotRefreshable', 'RefreshRejected'].includes(error);

const movedOn = ({ error, aftermath }: Failure): boolean => error === 'VersionConflict' || aftermath === 'overtaken';

const unread = (failure: Failure): Sentence => {
  const { error } = failure;
  if (error === 'SecretNotFound') return sentence`No application can read a secret of this name.`;
  if (error === 'MalformedSecret')
    return sentence`Applications read the same value. If it contains no token, they fail.`;
  if (movedOn(failure)) {
    return sentence`Applications use a version that someone else made current during this rotation. This rotation did not read or overwrite it.`;
  }
  return sentence`This rotation changed nothing for applications. The expiry of their token is unknown, because it was not read.`;
};

const inUse = (aftermath: Aftermath): Sentence => {
  switch (aftermath) {
    case 'rolledBack':
      return sentence`Applications use the previous token again, which is`;
    case 'perhapsPromoted':
      return sentence`Applications use the current token, or the new one if its promotion got through; both work. The current one is`;
    default:
      return sentence`Applications keep using the current token, which is`;
  }
};

const expired = (validUntil: EpochSeconds, now: EpochSeconds): Sentence =>
  sentence`Applications are failing: their token expired ${spokenDuration(now - validUntil)} ago (${spokenTime(validUntil)}).`;

/** By aftermath: Momento does not accept the current token. */
const rejectedInUse: Readonly<Partial<Record<Aftermath, Sentence>>> = {
  bothRejected: sentence`Applications are failing: Momento rejects the current (new) token, and the previous token does not work either.`,
  previousUntested: sentence`Applications are probably failing: Momento rejected the current (new) token in its last test. It is not known whether the previous token works.`,
  rollBackFailed: sentence`Applications are probably failing: Momento rejects the current (new) token. The previous token works, but making it current again failed or gave no answer.`,
};

const failingFrom = (validUntil: EpochSeconds, now: EpochSeconds, interval: number): Impact['failing'] => {
  if (validUntil <= now) return 'now';
  return validUntil - now <= interval ? 'beforeNextRun' : 'later';
};

/**
 * @param now epoch seconds
 * @param interval the longest time between two scheduled runs, in seconds. A token that expires exactly then expires
 * too early.
 */
export const judgeImpact = (failure: Failure, now: EpochSeconds, interval: number): Impact => {
  const { rotation, aftermath, error } = failure;
  const rejected = rejectedInUse[aftermath];
  if (rejected !== undefined) {
    const validUntil = rotation?.candidateValidUntil ?? null;
    return { severity: 'critical', validUntil, applications: rejected, failing: 'now' };
  }
  const isDead = wantsNewToken(failure) || error === 'SecretNotFound';
  // Applications no longer get the token that Fetch read.
  const outdated = error === 'SecretNotFound' || movedOn(failure);
  const validUntil = outdated ? null : (rotation?.validUntil ?? null);
  if (validUntil === null) {
    return { severity: isDead ? 'critical' : 'warning', validUntil, applications: unread(failure), failing: 'unknown' };
  }
  const failing = failingFrom(validUntil, now, interval);
  if (failing === 'now') return { severity: 'critical', validUntil, applications: expired(validUntil, now), failing };
  const last = failing === 'beforeNextRun' ? sentence` It expires before the next scheduled run.` : sentence``;
  const end = isDead ? sentence` It can no longer be refreshed.` : sentence``;
  return {
    severity: isDead || failing === 'beforeNextRun' ? 'critical' : 'warning',
    validUntil,
    applications: sentence`${inUse(aftermath)} valid until ${spokenTime(validUntil)} (${spokenDuration(validUntil - now)} left).${last}${end}`,
    failing,
  };
};
