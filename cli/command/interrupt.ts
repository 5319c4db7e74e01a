/** What Ctrl-C does. */
export interface Interrupt {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * From now on Ctrl-C only aborts the signal and says this, until the returned function is called. A second Ctrl-C ends the program all
   * the same.
   */
  hold(words?: string): () => void;
}

/** `onSignal` is to be called for each Ctrl-C. */
export const createInterrupt = (
  exit: () => void,
  say: (line: string) => void,
): Interrupt & { readonly onSignal: () => void } => {
  const controller = new AbortController();
  /** What those who hold it say; most say nothing. */
  const holders = new Set<{ readonly words: string | undefined }>();
  return {
    signal: controller.signal,
    hold: (words) => {
      const holder = { words };
      holders.add(holder);
      return () => holders.delete(holder);
    },
    onSignal: () => {
      if (holders.size === 0 || controller.signal.aborted) exit();
      for (const { words } of holders) if (words !== undefined) say(words);
      controller.abort();
    },
  };
};

/** What belongs together is written to its end. */
export const finishing = 'Finishing what must not be left half done. Ctrl-C again ends it at once.';
