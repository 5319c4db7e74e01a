import type { Catcher, Retrier } from '../../statemachine/states-language';
import type { StatesError } from './states-error';

/**
 * Whether a Retry or Catch with these names covers the error: https://states-language.net/spec.html#errors. The guide of
 * Step Functions says that States.ALL does not cover States.DataLimitExceeded. Recordings show that it does if the result
 * of a Task is too large. No recording has other data that is too large, so the guide applies there.
 */
const covers = (names: readonly string[], { error, origin }: StatesError): boolean => {
  // Step Functions ends the execution even if a Retry or Catch names States.Runtime.
  if (error === 'States.Runtime') return false;
  if (names.includes(error)) return true;
  if (error === 'States.DataLimitExceeded' && origin === 'data') return false;
  if (names.includes('States.ALL')) return true;
  // No recording shows whether States.TaskFailed covers a result that is too large.
  return names.includes('States.TaskFailed') && error !== 'States.Timeout' && error !== 'States.DataLimitExceeded';
};

/** How often each retrier of the state has been used since the state was entered. */
export type Attempts = Map<Retrier, number>;

/**
 * The delay before the next attempt, in seconds, or `undefined` if the state is not retried. Counts the attempt.
 * @param random in [0, 1), for JitterStrategy FULL
 */
export const nextRetry = (
  retriers: readonly Retrier[] | undefined,
  error: StatesError,
  attempts: Attempts,
  random: () => number,
): number | undefined => {
  const retrier = retriers?.find(({ ErrorEquals }) => covers(ErrorEquals, error));
  if (!retrier) return undefined;
  const made = attempts.get(retrier) ?? 0;
  if (made >= (retrier.MaxAttempts ?? 3)) return undefined;
  attempts.set(retrier, made + 1);
  const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** made;
  const capped = Math.min(delay, retrier.MaxDelaySeconds ?? delay);
  return retrier.JitterStrategy === 'FULL' ? capped * random() : capped;
};

export const findCatcher = (catchers: readonly Catcher[] | undefined, error: StatesError): Catcher | undefined =>
  catchers?.find(({ ErrorEquals }) => covers(ErrorEquals, error));
