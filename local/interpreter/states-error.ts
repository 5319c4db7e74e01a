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

export const runtimeError = (cause: string): StatesError => new StatesError('States.Runtime', cause);
