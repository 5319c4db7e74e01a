import type { Clock } from '../../functions/contract/ports';
import { failureIn } from '../../report/history/execution-history';
import type { Progress } from '../../report/history/progress';
import type { Failure, HistoryEvent } from '../../statemachine/execution-events';

const ends = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

/** In milliseconds: short for states that take milliseconds, longer for waits of minutes. */
const shortestPause = 250;
const longestPause = 3_000;

/**
 * In milliseconds. A caught failure leaves its state at once; if no event follows within this time, Step Functions
 * waits for a retry.
 */
const waitsAfter = 1_500;

/**
 * Passes the events of a history on as they appear. A history has no event for a retry, so a failure counts as one if
 * another attempt follows, or if nothing follows for a while.
 */
export const createFollower = (watcher: Progress) => {
  let seen = 0;
  let stateName = '';
  let attempt = 0;
  /** A failure that may still turn out to be retried. */
  let open: { readonly event: HistoryEvent; readonly failure: Failure; told: boolean } | undefined;

  const retry = ({ failure }: NonNullable<typeof open>, delaySeconds: number | undefined): void => {
    const { error, cause } = failure;
    watcher.onRetry({ stateName, error, cause, attempt, delaySeconds });
  };

  const take = (event: HistoryEvent): void => {
    if (event.stateEnteredEventDetails) {
      ({ name: stateName } = event.stateEnteredEventDetails);
      attempt = 0;
    }
    const failure = failureIn(event);
    if (failure) {
      open = { event, failure, told: false };
      return;
    }
    if (open && event.type === 'TaskScheduled') {
      if (!open.told) attempt += 1;
      retry(open, (event.timestamp - open.event.timestamp) / 1000);
    } else if (open) watcher.onEvent(open.event);
    open = undefined;
    watcher.onEvent(event);
  };

  return {
    /** @param now epoch milliseconds, by the local clock */
    take: (history: readonly HistoryEvent[], now: number): void => {
      for (const event of history.slice(seen)) take(event);
      seen = history.length;
      if (open && !open.told && now - open.event.timestamp > waitsAfter) {
        attempt += 1;
        retry(open, undefined);
        open.told = true;
      }
    },
  };
};

/** Gives up after this many failed reads in a row. */
const mostFailures = 4;

/**
 * Follows an execution to its end.
 * @param read all of its events so far
 * @returns all of its events
 * @throws what `read` threw, if it fails several times in a row
 */
export const follow = async (
  read: () => Promise<readonly HistoryEvent[]>,
  watcher: Progress,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly HistoryEvent[] | 'interrupted'> => {
  const follower = createFollower(watcher);
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  let pause = shortestPause;
  let length = 0;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const history = await read();
      failures = 0;
      follower.take(history, clock.now());
      if (ends.has(history.at(-1)?.type ?? '')) return history;
      pause = history.length > length ? shortestPause : Math.min(pause * 1.5, longestPause);
      length = history.length;
    } catch (error) {
      failures += 1;
      if (failures >= mostFailures) throw error;
    }
    await Promise.race([clock.sleep(pause, signal), interrupted]);
  }
  return 'interrupted';
};
