import type { Clock } from '../../functions/contract/ports';
import { type Trouble, troubleIn } from '../../report/history/execution-history';
import type { Progress } from '../../report/history/progress';
import type { HistoryEvent } from '../../statemachine/execution-events';

const ends = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

/** Soon enough for states of milliseconds, and rarely enough for a wait of minutes. In milliseconds. */
const shortestPause = 250;
const longestPause = 3_000;

/** A failure is caught, and its state left, at once: if nothing has come of it by now, it is waiting for another try. */
const waitsAfter = 1_500;

/**
 * Passes the events of a history on as they appear. A history has no event for a retry: a failure that another try follows is told as
 * one, and so is one after which nothing happens.
 */
export const createFollower = (watcher: Progress) => {
  let seen = 0;
  let stateName = '';
  let attempt = 0;
  /** A failure of which it is not known yet what comes of it. */
  let open: { readonly event: HistoryEvent; readonly failure: Trouble; told: boolean } | undefined;

  const retry = ({ failure }: NonNullable<typeof open>, delaySeconds: number | undefined): void => {
    const { error, cause } = failure;
    watcher.onRetry({ stateName, error, cause, attempt, delaySeconds });
  };

  const take = (event: HistoryEvent): void => {
    if (event.stateEnteredEventDetails) {
      ({ name: stateName } = event.stateEnteredEventDetails);
      attempt = 0;
    }
    const failure = troubleIn(event);
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
    /** @param now epoch milliseconds, by the clock of whoever follows */
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

/** After so many failures one after the other, following is given up. */
const mostFailures = 4;

/**
 * Follows an execution to its end.
 * @param read all of its events so far
 * @returns all of its events
 * @throws whatever `read` threw several times in a row
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
