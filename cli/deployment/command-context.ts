import { createInterface } from 'node:readline/promises';
import { once } from '../../functions/adapters/runtime';
import { createTerminal, type Terminal, wrapText } from '../../terminal/terminal';
import { accessOf } from '../aws/access';
import { findTargetAccount, type TargetAccount } from '../aws/target-account';
import type { CommonOptions, Surroundings } from '../command/surroundings';
import { type Deployment, findDeployment } from './deployment';

/** What a command works with, besides its own options. */
export interface CommandContext extends Pick<Surroundings, 'clock' | 'interrupt' | 'env'> {
  /** What is to be printed as one JSON object. */
  readonly json: boolean;
  /**
   * What was deployed; looked for once.
   * @throws UsageError
   */
  deployment(): Promise<Deployment>;
  /**
   * The account and region alone, for what needs no deployment.
   * @param region instead of the one that is set
   */
  targetAccount(region?: string): Promise<TargetAccount>;
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
        // At the end of the input nobody answers. Its last line may be on its way still.
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
