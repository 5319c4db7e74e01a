import type { Clock } from '../contract/ports';

export interface Patience {
  /** How long to look, in milliseconds. */
  readonly total: number;
  /** The time between two looks, in milliseconds. */
  readonly pause: number;
}

/** Looks repeatedly for something that may not be visible yet. @returns `undefined` if it is not found in that time */
export const lookFor = async <T>(
  clock: Clock,
  { total, pause }: Patience,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  const end = clock.now() + total;
  for (;;) {
    const found = await look();
    if (found !== undefined || clock.now() >= end) return found;
    await clock.sleep(pause);
  }
};
