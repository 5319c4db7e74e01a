import { Absent, CommandFailed, NotAvailableHere } from './command-failed';

/** Something about a deployment that could be found out, or the reason why not. */
export type Part<T> = { readonly value: T } | Unknown;

export interface Unknown {
  readonly unknown: string;
  /** It is not there, though the deployment speaks of it. */
  readonly absent?: true;
  /** No service here could tell, or no stack: nothing went wrong. */
  readonly unavailable?: true;
}

export const isKnown = <T>(part: Part<T>): part is { readonly value: T } => 'value' in part;

export const notAvailableHere: Unknown = { unknown: 'not available here', unavailable: true };

/** What a call comes to. That something could not be looked at is no reason not to show the rest. */
export const look = async <T>(call: () => Promise<T>): Promise<Part<T>> => {
  try {
    return { value: await call() };
  } catch (error) {
    if (error instanceof Absent) return { unknown: error.message, absent: true };
    if (error instanceof NotAvailableHere) return notAvailableHere;
    if (error instanceof CommandFailed) return { unknown: error.message };
    throw error;
  }
};
