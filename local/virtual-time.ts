import type { Clock } from '../functions/contract/ports';

/** Time that passes only when all tasks wait, so that a simulated hour takes only as long as the work in it. */
interface VirtualTime {
  readonly clock: Clock;
  /** Advances time until the work is done. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Resolves when every promise that can settle now has settled: Node runs ticks after all promise reactions. */
export const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * A clock that stands still until its owner moves `now`.
 * @param at schedules a callback after so many milliseconds and returns a function that cancels it
 */
export const virtualClock = (now: () => number, at: (milliseconds: number, fire: () => void) => () => void): Clock => ({
  now,
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      at(milliseconds, resolve);
    }),
  deadline: (milliseconds) => {
    let cancel = (): void => {};
    const expired = new Promise<void>((resolve) => {
      cancel = at(milliseconds, resolve);
    });
    return { expired, cancel };
  },
});

const longestRun = 3_600_000;

/** @param start epoch milliseconds */
export const createVirtualTime = (start: number): VirtualTime => {
  let now = start;
  const due = new Map<number, Set<() => void>>();

  const at = (milliseconds: number, fire: () => void): (() => void) => {
    const time = now + Math.max(Math.ceil(milliseconds), 0);
    const others = due.get(time) ?? new Set();
    due.set(time, others.add(fire));
    return () => others.delete(fire);
  };

  return {
    clock: virtualClock(() => now, at),
    run: async (work) => {
      let done = false;
      const end = (): void => {
        done = true;
      };
      work.then(end, end);
      await settled();
      while (!done) {
        if (now - start > longestRun) throw new Error('The work did not end within an hour.');
        const firing = due.get(now);
        due.delete(now);
        if (firing === undefined || firing.size === 0) now += 1;
        else {
          for (const fire of firing) fire();
          await settled();
        }
      }
      return work;
    },
  };
};
