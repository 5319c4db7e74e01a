import { parseArgs } from 'node:util';
import { namedSecret } from '../functions/contract/execution-input';
import { defaultSecretName } from '../functions/contract/names';
import { isSecretName } from '../functions/contract/secret-name';
import { parseRotateBefore } from '../functions/contract/settings';
import { parseDuration } from '../functions/language/time';
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
  /** A file for each execution as a page; of several, each has its number. */
  readonly report: string | undefined;
  /** A failure to provoke in the first round. */
  readonly fail: Chosen | undefined;
  /** Keep the services up for others, instead of running rounds. */
  readonly serve: ServeOptions | undefined;
}

export interface ServeOptions {
  /** Start a rotation this often. */
  readonly everySeconds: number | undefined;
  /** A folder for the secrets; `undefined`: they end with the process. */
  readonly stateFolder: string | undefined;
}

export const helpText = `Rotates one Momento token on this machine: the state machine and the functions that
are deployed to AWS, against an embedded Secrets Manager, SNS and Momento.
No account, no network, and no token is shown.

Usage: npm start -- [options]

  --secret NAME        name of the secret (default: ${defaultSecretName})
  --token-file FILE    start from this document instead of a token made up for the run
  --input JSON         the execution's input (default: {}, the secret above)
  --force              rotate even if it is not due
  --rotate-before T    rotate only if less than this is left: 24h, 7d, or a fraction
                       of the token's life such as 0.25 (default: every run rotates)
  --single-use         Momento accepts each refresh token once
  --repeat N           N executions, an hour apart (at most 1000; with
                       --real-time at once)
  --fail STEP[:ERROR[:always]]
                       make the services fail in this step, in the first round; a
                       cause that can pass, passes after a while, unless "always"
  --fail list          print what can be made to fail, a line each
  --real-time          keep waits as long as they are; otherwise they are cut short
  --report FILE        write the execution as a page of HTML; with --repeat, one for each
                       (out.html becomes out-1.html, out-2.html, ...)
  --json               print one JSON object at the end and nothing else
                       (npm prints a banner of its own: npm start --silent -- --json)
  --serve              keep the embedded services up until Ctrl-C, for the AWS CLI and for
                       npx momento-rotation; prints the variables to set
  --every T            with --serve: start a rotation this often, such as 30s
  --state DIR          with --serve: keep the secrets in this folder, for the next time
  --help               print this

The token made up for the run lives 24 hours.

Exit codes: 0 any good outcome; 1 the last execution failed; 2 wrong usage, an
unreadable file, or an execution that ended in InvalidInput; 130 Ctrl-C.
`;

const specification = {
  secret: { type: 'string' },
  'token-file': { type: 'string' },
  input: { type: 'string' },
  force: { type: 'boolean' },
  'rotate-before': { type: 'string' },
  'single-use': { type: 'boolean' },
  repeat: { type: 'string' },
  fail: { type: 'string' },
  'real-time': { type: 'boolean' },
  json: { type: 'boolean' },
  report: { type: 'string' },
  serve: { type: 'boolean' },
  every: { type: 'string' },
  state: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const seeHelp = 'See npm start -- --help.';

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: specification, strict: true }).values;
  } catch (error) {
    // The parser's own hints are about positionals with dashes; its first sentence is what the user needs.
    const [reason = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${reason.replace(/\.$/, '')}. ${seeHelp}`);
  }
};

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
  throw new UsageError(`--fail: there is no failure ${text}. See npm start -- --fail list.`);
};

/** These are about executions that --serve leaves to others to start. */
const notServed = ['input', 'force', 'repeat', 'real-time', 'json', 'report'] as const;

const readServe = (values: ReturnType<typeof parse>): ServeOptions | undefined => {
  const alone = (['every', 'state'] as const).find((name) => values[name] !== undefined);
  if (!values.serve && alone !== undefined) throw new UsageError(`--${alone} goes with --serve. ${seeHelp}`);
  if (!values.serve) return undefined;
  const other = notServed.find((name) => values[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--serve and --${other} do not go together. ${seeHelp}`);
  const everySeconds = values.every === undefined ? undefined : parseDuration(values.every);
  if (values.every !== undefined && everySeconds === undefined) {
    throw new UsageError(`--every must be a time such as 30s or 5m, not ${values.every}.`);
  }
  return { everySeconds, stateFolder: values.state };
};

const checkSecretName = (name: string): void => {
  if (isSecretName(name)) return;
  throw new UsageError(`--secret must be a secret's name of letters, digits and /_+=.@-, at most 512 of them.`);
};

/** The secret that an execution with this input is about. */
export const secretNameIn = (input: unknown, otherwise: string): string => {
  const name = namedSecret(input);
  return typeof name === 'string' ? name : otherwise;
};

/**
 * Reads the command line and the token file that it names. `help`, `failures`: the user asked for that text.
 * @throws UsageError
 */
export const parseOptions = (args: readonly string[]): Options | 'help' | 'failures' => {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.fail === 'list') return 'failures';
  const secret = values.secret ?? defaultSecretName;
  checkSecretName(secret);
  if (values['rotate-before'] !== undefined) checkRotateBefore(values['rotate-before']);
  if (values.input !== undefined && values.force) {
    throw new UsageError('--input is the whole input: put "force": true into it instead of --force.');
  }
  const input = {
    ...(values.secret === undefined ? {} : { secretName: secret }),
    ...(values.force ? { force: true } : {}),
  };
  return {
    secret,
    input: values.input === undefined ? input : readInput(values.input),
    tokenFileText: values['token-file'] === undefined ? undefined : readTokenFile(values['token-file']),
    rotateBefore: values['rotate-before'],
    singleUse: values['single-use'] ?? false,
    repeat: readRepeat(values.repeat ?? '1'),
    json: values.json ?? false,
    realTime: values['real-time'] ?? false,
    report: values.report,
    fail: values.fail === undefined ? undefined : readFailure(values.fail),
    serve: readServe(values),
  };
};
