import type { Severity } from '../contract/alert';
import { type Sentence, sentence } from '../language/sentence';
import { type EpochSeconds, spokenDuration, spokenTime } from '../language/time';
import type { Aftermath, Failure } from './failure';

/** What a failed rotation means for those who use the token. */
export interface Impact {
  readonly severity: Severity;
  /** The expiry of the token that applications use; `null` if it was not read. */
  readonly validUntil: EpochSeconds | null;
  readonly applications: Sentence;
  /** When they begin to fail, if nothing is done. */
  readonly failing: 'now' | 'beforeNextRun' | 'later' | 'unknown';
}

/** After these, no run will ever succeed until somebody gives the secret another value. */
export const wantsNewToken = ({ error }: Failure): boolean =>
  ['MalformedSecret', 'NotRefreshable', 'RefreshRejected'].includes(error);

const movedOn = ({ error, aftermath }: Failure): boolean => error === 'VersionConflict' || aftermath === 'overtaken';

const unread = (failure: Failure): Sentence => {
  const { error } = failure;
  if (error === 'SecretNotFound') return sentence`No application can read a secret of this name.`;
  if (error === 'MalformedSecret') return sentence`They read the same value: without a token in it, they fail.`;
  if (movedOn(failure)) {
    return sentence`They use what somebody else made current meanwhile; this rotation has not read it.`;
  }
  return sentence`Nothing was changed for them. How long their token lives is not known here.`;
};

const inUse = (aftermath: Aftermath): Sentence => {
  switch (aftermath) {
    case 'rolledBack':
      return sentence`They use the previous token again,`;
    case 'perhapsPromoted':
      return sentence`They use the current token, or the new one if its promotion got through; both work. The current one is`;
    default:
      return sentence`They keep using the current token,`;
  }
};

const expired = (validUntil: EpochSeconds, now: EpochSeconds): Sentence =>
  sentence`Their token has expired, ${spokenDuration(now - validUntil)} ago (${spokenTime(validUntil)}): applications are failing.`;

/** When Momento does not accept the token that is current. */
const rejectedInUse: Readonly<Partial<Record<Aftermath, Sentence>>> = {
  bothRejected: sentence`They get the new token, which Momento does not accept, and the one before it does not work either: applications are failing.`,
  previousUntested: sentence`They get the new token, which Momento did not accept when it was last asked. Whether the one before it works could not be tested: applications are probably failing.`,
  rollBackFailed: sentence`They get the new token, which Momento does not accept. The one before it works, but making it current again failed or gave no answer: applications are probably failing.`,
};

const failingFrom = (validUntil: EpochSeconds, now: EpochSeconds, interval: number): Impact['failing'] => {
  if (validUntil <= now) return 'now';
  return validUntil - now <= interval ? 'beforeNextRun' : 'later';
};

/**
 * @param now epoch seconds
 * @param interval the longest time between two scheduled runs, in seconds. The equal instant is too late.
 */
export const judgeImpact = (failure: Failure, now: EpochSeconds, interval: number): Impact => {
  const { rotation, aftermath, error } = failure;
  const rejected = rejectedInUse[aftermath];
  if (rejected !== undefined) {
    const validUntil = rotation?.candidateValidUntil ?? null;
    return { severity: 'critical', validUntil, applications: rejected, failing: 'now' };
  }
  // Without a secret of that name none will, either.
  const isDead = wantsNewToken(failure) || error === 'SecretNotFound';
  // What Fetch read is not what applications get any more.
  const outdated = error === 'SecretNotFound' || movedOn(failure);
  const validUntil = outdated ? null : (rotation?.validUntil ?? null);
  if (validUntil === null) {
    return { severity: isDead ? 'critical' : 'warning', validUntil, applications: unread(failure), failing: 'unknown' };
  }
  const failing = failingFrom(validUntil, now, interval);
  if (failing === 'now') return { severity: 'critical', validUntil, applications: expired(validUntil, now), failing };
  const last = isDead ? sentence` It cannot be refreshed any more.` : sentence``;
  const end = failing === 'beforeNextRun' ? sentence` That is before the next scheduled run.` : sentence``;
  return {
    severity: isDead || failing === 'beforeNextRun' ? 'critical' : 'warning',
    validUntil,
    applications: sentence`${inUse(aftermath)} valid until ${spokenTime(validUntil)}, ${spokenDuration(validUntil - now)} left.${last}${end}`,
    failing,
  };
};
