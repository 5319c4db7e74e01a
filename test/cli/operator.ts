import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterrupt } from '../../cli/command/interrupt';
import { runCli } from '../../cli/program';
import { systemClock } from '../../functions/adapters/clock';
import type { Clock } from '../../functions/contract/ports';
import type { EmbeddedCloud } from '../../local/cloud/embedded-cloud';
import type { IssueOptions } from '../../local/cloud/momento/momento';
import { chooseFailure } from '../../local/failures/choose';
import { openServedCloud, type ServedCloud } from '../../local/serve';
import { createTerminal } from '../../terminal/terminal';
import { secretName } from '../cloud';
import { expectNoTrace, tokensIn } from '../token-traces';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  json(): Record<string, unknown>;
}

export interface RunOptions {
  /** The text of standard input. */
  readonly input?: string;
  /** What the user types at a terminal; without it there is no terminal. */
  readonly answers?: string;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Presses Ctrl-C as soon as this text appears. */
  readonly interruptAt?: string;
  /** Gets a function that presses Ctrl-C. */
  readonly onStart?: (pressCtrlC: () => void) => void;
}

/** An operator of a deployment that `npm start -- --serve` imitates. */
export interface Operator {
  readonly served: ServedCloud;
  readonly cloud: EmbeddedCloud;
  readonly folder: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** A document that Momento knows, in a file. */
  download(name: string, options?: Partial<IssueOptions>): string;
  /** Where each label of the secret is. */
  labels(): Record<string, string>;
}

const stdinFor = ({ input, answers }: RunOptions): NodeJS.ReadStream => {
  const stream = Object.assign(new PassThrough(), { isTTY: answers !== undefined });
  stream.end(answers ?? input ?? '');
  return stream as unknown as NodeJS.ReadStream;
};

/** Polls almost without a pause: the executions here take milliseconds. */
const impatient: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 10), signal),
};

/** The program in this process, as it is started by its entry. */
export const runProgram = async (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  options: RunOptions = {},
): Promise<Ran> => {
  const text = { out: '', err: '' };
  const interrupt = createInterrupt((line) => {
    text.err += `${line}\n`;
  });
  const pressCtrlC = (): void => {
    if (!interrupt.onSignal()) throw new Error('The program would have ended at once.');
  };
  options.onStart?.(pressCtrlC);
  let interrupted = false;
  const show = (to: 'out' | 'err') => (written: string) => {
    text[to] += written;
    if (!interrupted && options.interruptAt !== undefined && text.out.includes(options.interruptAt)) {
      interrupted = true;
      pressCtrlC();
    }
  };
  const isTTY = options.columns !== undefined;
  const code = await runCli(args, {
    stdin: stdinFor(options),
    stdout: { isTTY, ...(options.columns === undefined ? {} : { columns: options.columns }), write: show('out') },
    stderr: new (class extends PassThrough {
      override write(chunk: string): boolean {
        show('err')(String(chunk));
        return true;
      }
    })(),
    env: { ...env, ...options.env },
    clock: impatient,
    interrupt,
  });
  return { code, ...text, json: () => JSON.parse(text.out) as Record<string, unknown> };
};

export interface OperatorOptions {
  /** As `--fail` takes it. */
  readonly fail?: string;
  readonly singleUse?: boolean;
}

/** Runs `act` just before Secrets Manager executes this action. If `act` throws, the call fails. */
export const before = (
  { secretsManager }: EmbeddedCloud,
  action: string,
  act: (input: Record<string, unknown>) => void,
) => {
  const { call } = secretsManager;
  secretsManager.call = (asked, input) => {
    if (asked === action) act(input);
    return call(asked, input);
  };
};

/** Runs a test with its own services, and looks for tokens in the output of the program. */
export const withOperator = async (
  { fail, singleUse = false }: OperatorOptions,
  test: (operator: Operator) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const served = await openServedCloud(
    {
      secret: secretName,
      tokenFileText: undefined,
      rotateBefore: undefined,
      singleUse,
      fail: fail === undefined ? undefined : chooseFailure(fail),
      serve: { everySeconds: undefined, stateFolder: undefined },
    },
    createTerminal({ write: () => {} }, {}),
  );
  const { cloud } = served;
  const downloaded: string[] = [];
  let printed = '';
  try {
    await test({
      served,
      cloud,
      folder,
      run: async (args, options) => {
        const ran = await runProgram(args, served.env, options);
        printed += ran.out + ran.err;
        return ran;
      },
      download: (name, options) => {
        const file = join(folder, name);
        const document = cloud.momento.issue({ kind: 'v1', lifeSeconds: 7 * 86_400, ...options });
        for (const field of ['authToken', 'apiKey', 'refreshToken']) {
          if (typeof document[field] === 'string') downloaded.push(document[field]);
        }
        writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
        return file;
      },
      labels: () => Object.fromEntries(cloud.secretsManager.labels(secretName)),
    });
    expectNoTrace(printed, [...tokensIn(cloud, secretName), ...downloaded]);
  } finally {
    await served.close();
    rmSync(folder, { recursive: true });
  }
};
