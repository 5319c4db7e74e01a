import type { ChildProcess } from 'node:child_process';

/** Ends a process of a group of its own, and all that it has started, at once. */
export const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};
