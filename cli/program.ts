import { Command } from 'commander';
import { placesOf } from '../functions/adapters/stack-trace';
import { spokenCodeOf } from '../functions/aws/errors';
import { isRotationError } from '../functions/contract/errors';
import { codeWord } from '../functions/language/sentence';
import { defaultStackName } from '../infra/plan/stack-name';
import packageJson from '../package.json';
import { explainCommandLine, throwInsteadOfExit } from '../terminal/command-line';
import { UsageError } from '../terminal/usage-error';
import { CommandFailed, NotAvailableHere } from './command/command-failed';
import { shownName } from './command/shown-name';
import type { CommonOptions, Surroundings } from './command/surroundings';
import { type CommandContext, createCommandContext } from './deployment/command-context';
import type { ImportOptions } from './import/import-token';
import type { ReportOptions } from './report/report';
import type { RollbackOptions } from './rollback/rollback';
import type { RotateOptions } from './rotate/rotate';
import type { StatusOptions } from './status/status';

const exitCodes = `
Exit codes: 0 success; 1 failure, or action required; 2 wrong usage or input;
130 Ctrl-C.`;

const importDescription =
  'Tests a token from the Momento console and stores it as the current version of the secret. Creates the secret of the deployment if it does not exist.';
const rotateDescription =
  'Starts a rotation and shows its progress. Ctrl-C stops the display; the rotation continues. --dry-run changes nothing.';
const statusDescription =
  "Shows the versions of each secret, the token's expiry, the last and the next rotation, alarms and subscriptions. Exit code 1 if action is required.";
const doctorDescription =
  'Checks the deployment. Each line is ok, a warning or a problem, and says what to do. Exit code 1 if there is a problem.';
const reportDescription =
  'Writes an HTML report of an execution: what it means, its path through the state machine, and the data and errors of every state. The execution may still be running.';
const rollbackDescription =
  'Makes an earlier version current again if Momento accepts its token. Asks for confirmation. Removes AWSPENDING so that the next run does not promote the newer token again.';

type Run = (command: (context: CommandContext) => Promise<number>, defined: Command) => Promise<void>;

const withCommonOptions = (command: Command): Command =>
  command
    .option('--stack <name>', `the deployed stack (default: ${defaultStackName})`)
    .option('--region <name>', 'AWS region')
    .option('--profile <name>', 'AWS profile')
    .option('--json', 'print one JSON object and nothing else')
    .option('--verbose', 'show where an error came from')
    .addHelpText('after', exitCodes);

const defineProgram = (run: Run): Command => {
  const program = new Command('npx momento-rotation')
    .description('Operates the rotation of Momento tokens that this project deployed.')
    .version(packageJson.version)
    .helpCommand(false)
    .addHelpText(
      'after',
      `
The deployment is found by its stack, or by MOMENTO_ROTATION_STATE_MACHINE_ARN.
Each command has its own --help.${exitCodes}`,
    );
  const define = (name: string, summary: string, description: string): Command =>
    program.command(name).summary(summary).description(description);

  withCommonOptions(
    define('import', 'store a token from the Momento console', importDescription)
      .argument('[file]', 'token file, - for stdin', 'momento_token.info.json')
      .option('--secret <name>', 'secret name or ARN (default: first of the deployment)')
      .option('--no-check', 'do not test the token against Momento')
      .option('--replace', 'store it even if the current token expires later')
      .option('--create', 'create a secret that is not part of the deployment')
      .option('--delete-file', 'delete the file afterwards, without asking'),
  ).action((file: string, options: ImportOptions, command: Command) =>
    run(async (context) => (await import('./import/import-token')).importToken(context, file, options), command),
  );

  withCommonOptions(
    define('rotate', 'start a rotation and follow it', rotateDescription)
      .option('--secret <name>', 'secret name or ARN (default: first of the deployment)')
      .option('--force', 'rotate even if it is not due')
      .option('--dry-run', 'test the current token and show what would be done')
      .option('--no-follow', 'do not wait until it ends'),
  ).action((options: RotateOptions, command: Command) =>
    run(async (context) => (await import('./rotate/rotate')).rotate(context, options), command),
  );

  withCommonOptions(
    define('status', 'show versions, expiry, rotations and problems', statusDescription).option(
      '--secret <name>',
      'secret name or ARN (default: all of the deployment)',
    ),
  ).action((options: StatusOptions, command: Command) =>
    run(async (context) => (await import('./status/status')).status(context, options), command),
  );

  withCommonOptions(define('doctor', 'check the deployment', doctorDescription)).action((_: object, command: Command) =>
    run(async (context) => (await import('./doctor/doctor')).doctor(context), command),
  );

  withCommonOptions(
    define('report', 'write an HTML report of an execution', reportDescription)
      .argument('[execution]', 'its ARN or name, or "last"', 'last')
      .option('--output <file>', 'file to write (default: execution name, with .html)'),
  ).action((execution: string, options: ReportOptions, command: Command) =>
    run(async (context) => (await import('./report/report')).report(context, execution, options), command),
  );

  withCommonOptions(
    define('rollback', 'make an earlier version current again', rollbackDescription)
      .requiredOption('--to <version>', 'version ID or unique part of it (as shown by status),\nor "previous"')
      .option('--secret <name>', 'secret name or ARN (default: first of the deployment)')
      .option('--yes', 'do not ask for confirmation'),
  ).action((options: RollbackOptions, command: Command) =>
    run(async (context) => (await import('./rollback/rollback')).rollback(context, options), command),
  );
  return program;
};

const notHere =
  'The local services of npm start -- --serve do not include this one. Set MOMENTO_ROTATION_STATE_MACHINE_ARN as that command says, and omit --stack.';

/** Shows only messages that this project writes: other messages may quote a token. */
const explain = (error: unknown): { readonly code: number; readonly sentence: string } => {
  if (error instanceof NotAvailableHere) return { code: 2, sentence: notHere };
  if (error instanceof UsageError) return { code: 2, sentence: error.message };
  if (error instanceof CommandFailed) return { code: 1, sentence: error.message };
  if (isRotationError(error)) return { code: 1, sentence: error.message };
  return { code: 1, sentence: 'Unexpected error. Run the command again with --verbose and report the output.' };
};

/** Names and places, never messages: those of AWS and Momento may quote what was sent. */
const traceOf = (error: unknown): string[] => {
  const lines: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    const code = codeWord(spokenCodeOf(each));
    lines.push(code === each.name ? each.name : `${each.name} (${code})`, ...placesOf(each).slice(0, 6));
  }
  return lines;
};

/**
 * The program `momento-rotation`.
 * @returns its exit code
 */
export const runCli = async (args: readonly string[], surroundings: Surroundings): Promise<number> => {
  const { stdout, stderr } = surroundings;
  let code = 0;
  const fail = (sentence: string, { json }: CommonOptions): void => {
    stderr.write(`${sentence}\n`);
    // A program that reads the JSON object gets one in any case.
    if (json) stdout.write(`${JSON.stringify({ outcome: 'failed', message: sentence })}\n`);
  };
  const run: Run = async (command, defined) => {
    const options = defined.opts<CommonOptions>();
    try {
      code = await command(createCommandContext(surroundings, options));
    } catch (error) {
      const { sentence, ...explained } = explain(error);
      fail(sentence, options);
      if (options.verbose) stderr.write(`${traceOf(error).join('\n')}\n`);
      code = explained.code;
    }
  };
  const program = defineProgram(run);
  throwInsteadOfExit(program, (text) => stdout.write(text));
  if (args.length === 0) {
    program.configureOutput({ writeErr: (text) => stderr.write(text) }).outputHelp({ error: true });
    return 2;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // A word in the wrong place may be a token.
    const isShown = (word: string): boolean => shownName(word, '') !== '';
    const usageError = explainCommandLine(error, program, args, isShown);
    if (usageError === undefined) return 0;
    fail(usageError.message, { json: args.includes('--json') });
    return 2;
  }
};
