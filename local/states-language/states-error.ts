/** A failure of a state, with the Error and the Cause that Retry, Catch and the execution's end show. */
export class StatesError extends Error {
  override readonly name = 'StatesError';

  constructor(
    readonly error: string,
    override readonly cause: string,
  ) {
    super(`${error}: ${cause}`);
  }
}

/** What no Retry and no Catch ever sees, not even States.ALL. */
export const isUncatchable = (error: string): boolean =>
  error === 'States.Runtime' || error === 'States.DataLimitExceeded';

export const runtimeError = (cause: string): StatesError => new StatesError('States.Runtime', cause);
