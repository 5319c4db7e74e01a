import { UsageError } from '../../terminal/usage-error';

/**
 * A command failed although it was called correctly: exit code 1. The message says in one or two sentences what
 * happened and what to do. Use `UsageError` if the call itself is wrong.
 */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
}

/** The service is not available: the local services imitate only a few of AWS's. */
export class NotAvailableHere extends CommandFailed {
  override readonly name = 'NotAvailableHere';

  constructor(options?: ErrorOptions) {
    super('not available here', options);
  }
}

/**
 * Something that belongs to the deployment does not exist, or cannot be used. Wrong usage, if the user has named it.
 */
export class Absent extends UsageError {}
