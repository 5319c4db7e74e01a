/** What Ctrl-C does. */
export interface Interrupt {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on Ctrl-C only aborts the signal, until the returned function is called. A second Ctrl-C ends the program all the same. */
  hold(): () => void;
}

/** `onSignal` is to be called for each Ctrl-C. */
export const createInterrupt = (exit: () => void): Interrupt & { readonly onSignal: () => void } => {
  const controller = new AbortController();
  let holders = 0;
  return {
    signal: controller.signal,
    hold: () => {
      holders += 1;
      return () => {
        holders -= 1;
      };
    },
    onSignal: () => {
      if (holders === 0 || controller.signal.aborted) exit();
      controller.abort();
    },
  };
};
