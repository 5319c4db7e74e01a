import { systemClock } from '../functions/adapters/clock';
import type { Clock } from '../functions/contract/ports';

export interface SkippingClock extends Clock {
  /** How much waiting was left out so far, in milliseconds. */
  skipped(): number;
}

/**
 * The system's clock, except that nobody waits: `sleep` returns at once, and from then on it is that much later. Deadlines
 * run in real time, since what they guard against is a call that hangs.
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
