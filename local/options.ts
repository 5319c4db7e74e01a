import { Command } from 'commander';
import { namedSecret } from '../functions/contract/execution-input';
import { defaultSecretName } from '../functions/contract/names';
import { isSecretName } from '../functions/contract/secret-name';
import { parseRotateBefore } from '../functions/contract/settings';
import { parseDuration } from '../functions/language/time';
import { helpOf, readOptions } from '../terminal/command-line';
import { readTokenFile } from '../terminal/token-file';
import { UsageError } from '../terminal/usage-error';
import { type Chosen, chooseFailure } from './failures/choose';

export interface Options {
  readonly secret: string;
  /** The execution's input. */
  readonly input: unknown;
  /** The text of a token file; `undefined`: Momento issues a new token. */
  readonly tokenFileText: string | undefined;
  readonly rotateBefore: string | undefined;
  readonly singleUse: boolean;
  readonly repeat: number;
  readonly json: boolean;
  readonly realTime: boolean;
  /** File for the report; with several executions, each file name gets a number. */
  readonly report: string | undefined;
  /** The failure to provoke in the first execution. */
  readonly fail: Chosen | undefined;
  /** Keep the services running for other programs, instead of running executions. */
  readonly serve: ServeOptions | undefined;
}

interface ServeOptions {
  /** Start a rotation this often. */
  readonly everySeconds: number | undefined;
  /** Folder for the secrets; `undefined`: they are lost when the process ends. */
  readonly stateFolder: string | undefined;
}

/** What the command line says, by commander's names for its options. */
interface Given {
  readonly secret: string;
  readonly tokenFile: string;
  readonly input: string;
  readonly force: boolean;
  readonly rotateBefore: string;
  readonly singleUse: boolean;
  readonly repeat: string;
  readonly fail: string;
  readonly realTime: boolean;
  readonly report: string;
  readonly json: boolean;
  readonly serve: boolean;
  readonly every: string;
  readonly state: string;
}

const defineOptions = (): Command =>
  new Command('npm start --')
    .description(
      'Rotates one Momento token on this machine, with the state machine and the functions that are deployed to AWS, against local mock services (Secrets Manager, SNS, Momento). Needs no account and no network, and shows no token.',
    )
    .option('--secret <name>', `name of the secret (default: ${defaultSecretName})`)
    .option('--token-file <file>', 'use this token file (default: a new token, valid for 24 hours)')
    .option('--input <json>', 'input of the execution (default: {}, the secret above)')
    .option('--force', 'rotate even if it is not due')
    .option(
      '--rotate-before <time>',
      "rotate only if less than this remains: 24h, 7d, or a fraction of the token's lifetime such as 0.25 (default: every run rotates)",
    )
    .option('--single-use', 'Momento accepts each refresh token once')
    .option('--repeat <n>', 'n executions, at most 1000, an hour apart (with --real-time without a pause)')
    .option(
      '--fail <failure>',
      'STEP[:ERROR[:always]]: make the services fail in this step of the first execution; a temporary cause ends after a while, unless ":always" is added. "list" prints every failure',
    )
    .option('--real-time', 'do not shorten waits')
    .option(
      '--report <file>',
      'write an HTML report of the execution; with --repeat one for each (out.html becomes out-1.html, out-2.html, ...)',
    )
    .option(
      '--json',
      'print one JSON object at the end and nothing else (npm prints a banner of its own: npm start --silent -- --json)',
    )
    .option(
      '--serve',
      'keep the local services running until Ctrl-C, for the AWS CLI and npx momento-rotation; prints the variables to set',
    )
    .option('--every <time>', 'with --serve: start a rotation at this interval, such as 30s')
    .option('--state <folder>', 'with --serve: keep the secrets in this folder for the next time')
    .addHelpText(
      'after',
      `
Exit codes: 0 success; 1 the last execution failed; 2 wrong usage, an unreadable
file, or an execution that ended in InvalidInput; 130 Ctrl-C.`,
    );

export const helpText = (): string => helpOf(defineOptions());

const seeHelp = 'See npm start -- --help.';

const readInput = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--input is not JSON. Write it as --input '{"momento_auth_token_secret_name": "NAME"}'.`);
  }
};

const readRepeat = (text: string): number => {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 1000) throw new UsageError(`--repeat must be a whole number from 1 to 1000, not ${text}.`);
  return count;
};

const checkRotateBefore = (text: string): void => {
  if (parseRotateBefore(text) !== undefined) return;
  throw new UsageError(`--rotate-before must be a time such as 24h or 7d, or a fraction such as 0.25, not ${text}.`);
};

const readFailure = (text: string): Chosen => {
  const chosen = chooseFailure(text);
  if (chosen) return chosen;
  throw new UsageError(`--fail: there is no failure ${text}. To list them: npm start -- --fail list`);
};

/** Options of executions, which --serve leaves to others to start. */
const notServed = {
  input: '--input',
  force: '--force',
  repeat: '--repeat',
  realTime: '--real-time',
  json: '--json',
  report: '--report',
} as const satisfies { readonly [Name in keyof Given]?: string };

const readServe = (given: Partial<Given>): ServeOptions | undefined => {
  const alone = (['every', 'state'] as const).find((name) => given[name] !== undefined);
  if (!given.serve && alone !== undefined) throw new UsageError(`--${alone} requires --serve. ${seeHelp}`);
  if (!given.serve) return undefined;
  const other = (Object.keys(notServed) as (keyof typeof notServed)[]).find((name) => given[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--serve and ${notServed[other]} cannot be combined. ${seeHelp}`);
  const everySeconds = given.every === undefined ? undefined : parseDuration(given.every);
  if (given.every !== undefined && everySeconds === undefined) {
    throw new UsageError(`--every must be a time such as 30s or 5m, not ${given.every}.`);
  }
  return { everySeconds, stateFolder: given.state };
};

const checkSecretName = (name: string): void => {
  if (isSecretName(name)) return;
  throw new UsageError(`--secret must be a name of at most 512 letters, digits and characters /_+=.@-.`);
};

/** The secret that an execution with this input rotates. */
export const secretNameIn = (input: unknown, otherwise: string): string => {
  const name = namedSecret(input);
  return typeof name === 'string' ? name : otherwise;
};

/**
 * Reads the command line and the token file that it names. `help`, `failures`: the user asked for that text.
 * @throws UsageError
 */
export const parseOptions = (args: readonly string[]): Options | 'help' | 'failures' => {
  const given = readOptions<Given>(defineOptions(), args);
  if (given === 'help') return 'help';
  if (given.fail === 'list') return 'failures';
  const secret = given.secret ?? defaultSecretName;
  checkSecretName(secret);
  if (given.rotateBefore !== undefined) checkRotateBefore(given.rotateBefore);
  if (given.input !== undefined && given.force) {
    throw new UsageError('--input is the complete input: put "force": true into it instead of --force.');
  }
  const input = {
    ...(given.secret === undefined ? {} : { secretName: secret }),
    ...(given.force ? { force: true } : {}),
  };
  return {
    secret,
    input: given.input === undefined ? input : readInput(given.input),
    tokenFileText: given.tokenFile === undefined ? undefined : readTokenFile(given.tokenFile),
    rotateBefore: given.rotateBefore,
    singleUse: given.singleUse ?? false,
    repeat: readRepeat(given.repeat ?? '1'),
    json: given.json ?? false,
    realTime: given.realTime ?? false,
    report: given.report,
    fail: given.fail === undefined ? undefined : readFailure(given.fail),
    serve: readServe(given),
  };
};
