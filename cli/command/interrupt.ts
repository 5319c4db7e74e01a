/** What Ctrl-C does while a command runs. */
export interface Interrupt {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Makes Ctrl-C abort the signal and print `message`, instead of ending the program, until the returned function is
   * called. A second Ctrl-C ends the program in any case.
   */
  hold(message?: string): () => void;
}

/** @returns also `onSignal`, to be called for each Ctrl-C: it returns whether the program continues */
export const createInterrupt = (print: (line: string) => void): Interrupt & { readonly onSignal: () => boolean } => {
  const controller = new AbortController();
  const holders = new Set<{ readonly message: string | undefined }>();
  return {
    signal: controller.signal,
    hold: (message) => {
      const holder = { message };
      holders.add(holder);
      return () => holders.delete(holder);
    },
    onSignal: () => {
      if (holders.size === 0 || controller.signal.aborted) return false;
      for (const { message } of holders) if (message !== undefined) print(message);
      controller.abort();
      return true;
    },
  };
};

/** For steps that belong together: with only some of them done, the secret would be left half changed. */
export const finishing = 'Finishing an operation that must not be interrupted. Press Ctrl-C again to stop immediately.';
