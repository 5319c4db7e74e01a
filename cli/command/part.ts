import { Absent, CommandFailed, NotAvailableHere } from './command-failed';

/** A finding about a deployment, or the reason why it is unknown. */
export type Part<T> = { readonly value: T } | Unknown;

export interface Unknown {
  readonly unknown: string;
  /** It does not exist, although it belongs to the deployment. */
  readonly absent?: true;
  /** There is no service or no stack to ask. That is not an error. */
  readonly unavailable?: true;
}

export const isKnown = <T>(part: Part<T>): part is { readonly value: T } => 'value' in part;

export const notAvailableHere: Unknown = { unknown: 'not available here', unavailable: true };

/** The result of a call. A failed call must not keep the command from showing the rest. */
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
