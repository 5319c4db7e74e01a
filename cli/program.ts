import { Command, CommanderError } from 'commander';
import { spokenCodeOf } from '../functions/adapters/aws-errors';
import { placesOf } from '../functions/adapters/stack-trace';
import { isRotationError } from '../functions/contract/errors';
import { codeWord } from '../functions/language/sentence';
import { defaultStackName } from '../infra/plan/stack-name';
import packageJson from '../package.json';
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
Exit codes: 0 it went well; 1 it failed, or a person is needed; 2 wrong usage or
input; 130 Ctrl-C.`;

const importDescription =
  'Stores a token from Momento’s console as the current version of the secret, which is made if there is none. Asks Momento first whether it works.';
const rotateDescription =
  'Starts a rotation and follows it. Ctrl-C stops following, not the rotation. With --dry-run nothing is changed.';
const statusDescription =
  'Shows each secret’s versions, the token’s expiry, the last rotation and the next, alarms and subscriptions. Exit code 1 if a person is needed.';
const doctorDescription =
  'Checks the deployment from outside: each line is ok, a warning or a problem, with its remedy. Exit code 1 if there is a problem.';
const reportDescription =
  'Writes an execution as a page of HTML: what it means, the way that it took through the state machine, and every state with its data and errors. It may still be running.';
const rollbackDescription =
  'Makes an earlier version of the secret current again, if Momento accepts its token. Asks first. Takes AWSPENDING off, so that the next run does not go forward again.';

type Run = (command: (context: CommandContext) => Promise<number>, defined: Command) => Promise<void>;

const withCommonOptions = (command: Command): Command =>
  command
    .option('--stack <name>', `the deployed stack (default: ${defaultStackName})`)
    .option('--region <name>', 'AWS region')
    .option('--profile <name>', 'AWS profile')
    .option('--json', 'print one JSON object and nothing else')
    .option('--verbose', 'with an error, say where it came from')
    .addHelpText('after', exitCodes);

const defineProgram = (run: Run): Command => {
  const program = new Command('momento-rotation')
    .description('Looks after the rotation of Momento tokens that this project deployed.')
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
    define('import', 'store a token from Momento’s console', importDescription)
      .argument('[file]', 'document (- for stdin)', 'momento_token.info.json')
      .option('--secret <name>', 'which secret (default: the first of the deployment)')
      .option('--no-check', 'do not ask Momento first whether the token works')
      .option('--replace', 'even if the current token lives longer')
      .option('--create', 'make a secret that the deployment does not rotate')
      .option('--delete-file', 'delete the file afterwards, without asking'),
  ).action((file: string, options: ImportOptions, command: Command) =>
    run(async (context) => (await import('./import/import-token')).importToken(context, file, options), command),
  );

  withCommonOptions(
    define('rotate', 'start a rotation and follow it', rotateDescription)
      .option('--secret <name>', 'which secret (default: the first of the deployment)')
      .option('--force', 'even if it is not due')
      .option('--dry-run', 'look, test the current token, say what would be done')
      .option('--no-follow', 'do not wait for the end'),
  ).action((options: RotateOptions, command: Command) =>
    run(async (context) => (await import('./rotate/rotate')).rotate(context, options), command),
  );

  withCommonOptions(
    define('status', 'show versions, expiry, rotations and troubles', statusDescription).option(
      '--secret <name>',
      'which secret (default: all of the deployment)',
    ),
  ).action((options: StatusOptions, command: Command) =>
    run(async (context) => (await import('./status/status')).status(context, options), command),
  );

  withCommonOptions(define('doctor', 'check the deployment from outside', doctorDescription)).action(
    (_: object, command: Command) => run(async (context) => (await import('./doctor/doctor')).doctor(context), command),
  );

  withCommonOptions(
    define('report', 'write an execution as a page', reportDescription)
      .argument('[execution]', 'its ARN or name, or "last"', 'last')
      .option('--output <file>', 'where to write (default: the execution’s name, with .html)'),
  ).action((execution: string, options: ReportOptions, command: Command) =>
    run(async (context) => (await import('./report/report')).report(context, execution, options), command),
  );

  withCommonOptions(
    define('rollback', 'make an earlier version current again', rollbackDescription)
      .requiredOption('--to <version>', 'a version’s id, or enough of it; or "previous"')
      .option('--secret <name>', 'which secret (default: the first of the deployment)')
      .option('--yes', 'do not ask'),
  ).action((options: RollbackOptions, command: Command) =>
    run(async (context) => (await import('./rollback/rollback')).rollback(context, options), command),
  );
  return program;
};

const notHere =
  'The embedded cloud of npm start -- --serve has no such service. Set MOMENTO_ROTATION_STATE_MACHINE_ARN as it says, and leave --stack out.';

/** Exit code and sentence for whatever a command threw. */
const explain = (error: unknown): { readonly code: number; readonly sentence: string } => {
  if (error instanceof NotAvailableHere) return { code: 2, sentence: notHere };
  if (error instanceof UsageError) return { code: 2, sentence: error.message };
  if (error instanceof CommandFailed) return { code: 1, sentence: error.message };
  if (isRotationError(error)) return { code: 1, sentence: error.message };
  return { code: 1, sentence: 'momento-rotation failed in a way that it should not. Please report it with --verbose.' };
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
    // A program that reads the one object gets it whatever happens.
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
  let complaint = '';
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => {
        complaint += text;
      },
    });
  }
  if (args.length === 0) {
    program.outputHelp({ error: true });
    stderr.write(complaint);
    return 2;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // What stands in the wrong place, or behind a "=", may be anything, a token too.
    const [reason = ''] = complaint
      .replace(/^error: /, '')
      .replace(/(--[\w-]+)=[^']*/, '$1')
      .replace(/ '([^']*)'/, (quoted, given: string) => (shownName(given, '') === '' ? '' : quoted))
      .split('\n');
    const about = program.commands.find((each) => each.name() === args[0])?.name();
    const seeHelp = `See npx momento-rotation ${about === undefined ? '' : `${about} `}--help.`;
    fail(`${sentenceOf(reason)} ${seeHelp}`, { json: args.includes('--json') });
    return 2;
  }
};

const sentenceOf = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
