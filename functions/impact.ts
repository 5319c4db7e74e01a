import type { EpochSeconds, Severity } from './contract';
import type { Aftermath, Failure } from './failure';
import { type Sentence, sentence, spokenDuration, spokenTime } from './sentence';

/** What a failed rotation means for those who use the token. */
export interface Impact {
  readonly severity: Severity;
  /** The expiry of the token that applications use; `null` if it was not read. */
  readonly validUntil: EpochSeconds | null;
  readonly applications: Sentence;
  /** They fail already, or will before the next scheduled run. */
  readonly urgent: boolean;
}

/** After these, no run will ever succeed until somebody gives the secret another value or name. */
const dead: ReadonlySet<string> = new Set(['MalformedSecret', 'NotRefreshable', 'RefreshRejected', 'SecretNotFound']);

const withoutExpiry = (error: string): Sentence => {
  if (error === 'SecretNotFound') return sentence`No application can read a secret of this name.`;
  if (error === 'MalformedSecret') return sentence`They read the same value: without a token in it, they fail.`;
  return sentence`Nothing was changed for them. How long their token lives is not known, because the secret was not read.`;
};

const withExpiry = (failure: Failure, validUntil: EpochSeconds, now: EpochSeconds, interval: number): Sentence => {
  const left = validUntil - now;
  if (left <= 0) {
    return sentence`Their token has expired, ${spokenDuration(left)} ago (${spokenTime(validUntil)}): applications are failing.`;
  }
  const end = left <= interval ? sentence` That is before the next scheduled run.` : sentence``;
  const last = dead.has(failure.error) ? sentence` It cannot be refreshed any more.` : sentence``;
  const which =
    failure.aftermath === 'perhapsPromoted'
      ? sentence`They use the current token, or the new one if its promotion got through; both work. The current one is`
      : sentence`They keep using the current token,`;
  return sentence`${which} valid until ${spokenTime(validUntil)}, ${spokenDuration(left)} left.${last}${end}`;
};

/** When Momento does not accept the token that is current. */
const inUse: Readonly<Partial<Record<Aftermath, Sentence>>> = {
  bothRejected: sentence`They get the new token, which Momento does not accept, and the one before it does not work either: applications are failing.`,
  previousUntested: sentence`They get the new token, which Momento does not accept. Whether the one before it works could not be tested: applications are failing.`,
  rollBackFailed: sentence`They get the new token, which Momento does not accept. The one before it works, but could not be made current again: applications are failing.`,
};

/**
 * @param now epoch seconds
 * @param interval the longest time between two scheduled runs, in seconds. The equal instant is too late.
 */
export const judgeImpact = (failure: Failure, now: EpochSeconds, interval: number): Impact => {
  const { rotation, aftermath } = failure;
  const applications = inUse[aftermath];
  if (applications !== undefined) {
    return { severity: 'critical', validUntil: rotation?.candidateValidUntil ?? null, applications, urgent: true };
  }
  const validUntil = rotation?.validUntil ?? null;
  const urgent = validUntil !== null && validUntil - now <= interval;
  return {
    severity: urgent || dead.has(failure.error) ? 'critical' : 'warning',
    validUntil,
    applications: validUntil === null ? withoutExpiry(failure.error) : withExpiry(failure, validUntil, now, interval),
    urgent,
  };
};
