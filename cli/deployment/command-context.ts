import { createInterface } from 'node:readline/promises';
import { once } from '../../functions/adapters/runtime';
import { createTerminal, type Terminal, wrapText } from '../../terminal/terminal';
import { accessOf } from '../aws/access';
import { findTargetAccount, type TargetAccount } from '../aws/target-account';
import type { CommonOptions, Surroundings } from '../command/surroundings';
import { type Deployment, findDeployment } from './deployment';

/** What every command gets besides its own options. */
export interface CommandContext extends Pick<Surroundings, 'clock' | 'interrupt' | 'env'> {
  /** Print one JSON object instead of text. */
  readonly json: boolean;
  /**
   * Finds the deployment, once.
   * @throws UsageError
   */
  deployment(): Promise<Deployment>;
  /**
   * The account and region, for commands that need no deployment.
   * @param region overrides the configured one
   */
  targetAccount(region?: string): Promise<TargetAccount>;
  /** For text; with `--json` only the JSON object is printed there. */
  readonly terminal: Terminal;
  /** Prints the result of a command: the object with `--json`, otherwise what `show` prints. */
  report(result: object, show: () => void): void;
  /** Prints to standard error: warnings must not end up in a pipe. */
  say(line: string): void;
  /** Asks the user; `undefined` if there is no terminal to ask on. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Reads standard input to its end, or until more than `most` bytes have come. */
  readStdin(most: number): Promise<Buffer>;
  readonly stdinIsTerminal: boolean;
}

export const createCommandContext = (surroundings: Surroundings, options: CommonOptions): CommandContext => {
  const { stdin, stdout, stderr, env, clock, interrupt } = surroundings;
  const terminal = createTerminal(stdout, env);
  const json = options.json ?? false;
  const accessFor = (region = options.region) => accessOf(env, { profile: options.profile, region });
  return {
    env,
    clock,
    interrupt,
    json,
    terminal,
    stdinIsTerminal: stdin.isTTY === true,
    say: (line) => stderr.write(`${line}\n`),
    report: (result, show) => (json ? terminal.print(JSON.stringify(result)) : show()),
    deployment: once(() => findDeployment(options, env, accessFor)),
    targetAccount: (region) => findTargetAccount(accessFor(region)),
    confirm: async (question) => {
      if (json || stdin.isTTY !== true) return undefined;
      const lines = createInterface({ input: stdin, output: stderr as NodeJS.WritableStream, terminal: false });
      try {
        // The end of the input counts as no. Its last line may still be on its way.
        const ended = new Promise<string>((resolve) => lines.once('close', () => setImmediate(resolve, '')));
        const asked = wrapText(`${question} [y/N]`, terminal.columns).join('\n');
        return /^y(es)?$/i.test((await Promise.race([lines.question(`${asked} `), ended])).trim());
      } finally {
        lines.close();
      }
    },
    readStdin: async (most) => {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of stdin as AsyncIterable<Buffer>) {
        chunks.push(Buffer.from(chunk));
        length += chunk.length;
        if (length > most) break;
      }
      return Buffer.concat(chunks);
    },
  };
};
