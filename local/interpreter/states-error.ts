/** A state's failure, with the Error and Cause that Retry and Catch see and the execution ends with. */
export class StatesError extends Error {
  override readonly name = 'StatesError';

  constructor(
    readonly error: string,
    override readonly cause: string,
    /** What failed: the call of a Task state, or the work of Step Functions on the state's data. */
    readonly origin: 'call' | 'data' = 'call',
  ) {
    super(`${error}: ${cause}`);
  }
}

export const runtimeError = (cause: string): StatesError => new StatesError('States.Runtime', cause, 'data');
