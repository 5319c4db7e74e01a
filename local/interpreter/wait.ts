import type { State } from '../../statemachine/states-language';
import { readPath, type Scope } from './paths';
import { runtimeError } from './states-error';

/** Epoch milliseconds of an ISO-8601 time with its offset, as Step Functions wants it; `undefined` for other texts. */
export const parseTimestamp = (text: unknown): number | undefined => {
  if (typeof text !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

/**
 * When a Wait is over, in epoch milliseconds.
 * @throws States.Runtime if a path leads to no time
 */
export const waitUntil = (state: State, enteredAt: number, scope: Scope): number => {
  if (state.Seconds !== undefined) return enteredAt + state.Seconds * 1000;
  if (state.SecondsPath !== undefined) {
    const seconds = readPath(state.SecondsPath, scope);
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return enteredAt + seconds * 1000;
    throw runtimeError(
      `${state.SecondsPath} must lead to a whole number of seconds, not to ${JSON.stringify(seconds)}.`,
    );
  }
  const timestamp = state.TimestampPath === undefined ? state.Timestamp : readPath(state.TimestampPath, scope);
  const time = parseTimestamp(timestamp);
  if (time !== undefined) return time;
  throw runtimeError(`${state.TimestampPath ?? 'Timestamp'} must be a time like 2026-01-31T12:00:00Z.`);
};
