import { constants } from 'node:os';

export interface ProcessEndings {
  /** What a Ctrl-C does, instead of ending the process at once with exit code 130. */
  readonly onInterrupt?: () => void;
}

/** How a program's process ends from outside: by signals, with their exit codes, and when nobody reads its output any more. */
export const endWithOthers = ({ onInterrupt }: ProcessEndings = {}): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const end = (): never => process.exit(128 + constants.signals[signal]);
    process.on(signal, signal === 'SIGINT' ? (onInterrupt ?? end) : end);
  }
  // Nobody reads warnings there: no reason to call it a failure.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads our output may have seen enough, as in `npm start | head`.
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`The output could not be written (${error.code}). Check where it goes.\n`);
    process.exit(1);
  });
};

/** A pipe may still be taking text. Clients keep connections open, so the process would not end by itself. */
export const endWith = async (code: number): Promise<never> => {
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(code);
};
