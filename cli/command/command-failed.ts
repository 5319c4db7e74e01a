import { UsageError } from '../../terminal/usage-error';

/**
 * A command could not do what was asked, through no fault of how it was called: one sentence or two, what happened and what to do. The
 * program ends with exit code 1. What is wrong with the call itself is a `UsageError`.
 */
export class CommandFailed extends Error {
  override readonly name: string = 'CommandFailed';
}

/** This service is not there: the embedded cloud has a few only. */
export class NotAvailableHere extends CommandFailed {
  override readonly name = 'NotAvailableHere';

  constructor(options?: ErrorOptions) {
    super('not available here', options);
  }
}

/** What the deployment speaks of is not there, or cannot be used as it is. Named by whoever called, it is wrong usage. */
export class Absent extends UsageError {}
