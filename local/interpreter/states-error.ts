/** A state's failure, with the Error and Cause that Retry and Catch see and the execution ends with. */
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
