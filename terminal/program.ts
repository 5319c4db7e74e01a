import { constants } from 'node:os';
import { UsageError } from './usage-error';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

interface ProgramOptions {
  /**
   * What to print for an error that is not a `UsageError`. Required, because only the program knows whether a message
   * may hold a token.
   */
  readonly describeError: (error: unknown) => string;
  /** @returns whether the program continues; otherwise it ends at once with the signal's exit code, 130 for Ctrl-C */
  readonly onSignal?: (signal: Signal) => boolean;
}

/** For programs that never hold a real token. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const handleSignals = (goesOn: (signal: Signal) => boolean): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!goesOn(signal)) process.exit(128 + constants.signals[signal]);
    });
  }
};

const handleOutputErrors = (): void => {
  // A closed standard error does not make the program fail.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has seen enough, as in `npm start | head`.
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`The output could not be written (${error.code}). Check where it goes.\n`);
    process.exit(1);
  });
};

/**
 * Runs a program in this process, and ends the process with its exit code: 2 for a `UsageError`, 1 for any other error.
 * @param main gets the words of the command line
 */
export const runProgram = (
  main: (args: readonly string[]) => Promise<number>,
  { describeError, onSignal = () => false }: ProgramOptions,
): void => {
  handleSignals(onSignal);
  handleOutputErrors();
  const run = async (): Promise<never> => {
    const code = await main(process.argv.slice(2)).catch((error: unknown) => {
      const isUsage = error instanceof UsageError;
      process.stderr.write(`${isUsage ? error.message : describeError(error)}\n`);
      return isUsage ? 2 : 1;
    });
    // A pipe may still be taking text. Clients keep connections open, so the process would not end automatically.
    await new Promise((resolve) => process.stdout.write('', resolve));
    process.exit(code);
  };
  void run();
};
