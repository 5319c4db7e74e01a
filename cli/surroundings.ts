import type { Clock } from '../functions/ports';
import type { Terminal } from '../local/terminal';
import type { Deployment, Reach } from './deployment';
import type { Interrupt } from './interrupt';

/** What the program is run in. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
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

/** What a command works with, besides its own options. */
export interface Desk extends Pick<Surroundings, 'clock' | 'interrupt' | 'env'> {
  /** What is to be printed as one JSON object. */
  readonly json: boolean;
  /**
   * What was deployed; looked for once.
   * @throws UsageError
   */
  deployment(): Promise<Deployment>;
  /** The account and region alone, for what needs no deployment. */
  reach(): Promise<Reach>;
  /** For people; with `--json` nothing goes there but the one object. */
  readonly terminal: Terminal;
  /** Prints what a command came to: the object with `--json`, else whatever `show` prints. */
  report(result: object, show: () => void): void;
  /** For warnings and questions, so that they do not end up in a pipe. */
  say(line: string): void;
  /** Asks a person; `undefined` if there is none. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Standard input to its end, or until more than so many bytes have come. */
  readStdin(most: number): Promise<Buffer>;
  readonly stdinIsTerminal: boolean;
}
