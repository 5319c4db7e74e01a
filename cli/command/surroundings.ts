import type { Clock, Environment } from '../../functions/contract/ports';
import type { Interrupt } from './interrupt';

/** The process that the program runs in. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Environment;
  readonly clock: Clock;
  readonly interrupt: Interrupt;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly stack?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}
