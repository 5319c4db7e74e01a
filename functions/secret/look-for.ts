import type { Clock } from '../contract/ports';

export interface Patience {
  /** How long is looked, in milliseconds. */
  readonly total: number;
  /** Between two looks, in milliseconds. */
  readonly pause: number;
}

/** Looks again and again for what may not show yet. @returns `undefined` if it does not in all that time */
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
