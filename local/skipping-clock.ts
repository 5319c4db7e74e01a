import { systemClock } from '../functions/adapters/clock';
import type { Clock } from '../functions/contract/ports';

export interface SkippingClock extends Clock {
  /** How much waiting was skipped so far, in milliseconds. */
  skipped(): number;
}

/**
 * The system clock without waits: `sleep` returns at once and moves the clock forward by the time that it skipped.
 * Deadlines run in real time, because they guard against calls that hang.
 */
export const createSkippingClock = (): SkippingClock => {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    sleep: async (milliseconds) => {
      skipped += Math.max(milliseconds, 0);
    },
    deadline: systemClock.deadline,
    skipped: () => skipped,
  };
};
