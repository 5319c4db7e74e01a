import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../contract/ports';

export const systemClock: Clock = {
  now: Date.now,
  // Only the signal makes it reject.
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }).catch(() => {}),
  deadline: (milliseconds) => {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    return { expired, cancel: () => clearTimeout(timer) };
  },
};
