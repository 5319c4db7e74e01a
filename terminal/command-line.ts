import { type Command, CommanderError } from 'commander';
import { UsageError } from './usage-error';

/** Makes a program and its commands throw where commander would end the process, and print help with `write`. */
export const throwInsteadOfExit = (program: Command, write: (text: string) => void): void => {
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({ writeOut: write, writeErr: () => {} });
  }
};

const optionOf = (command: Command, flag: string) =>
  command.options.find(({ short, long }) => [short, long].includes(flag));

/** By commander's code: its message repeats what was typed. */
const reasonOf = (
  code: string,
  command: Command,
  args: readonly string[],
  isShown: (word: string) => boolean,
): string => {
  const quoted = (word = ''): string => (isShown(word) ? ` '${word}'` : '');
  switch (code) {
    case 'commander.unknownCommand':
      return `Unknown command${quoted(command.args[0])}`;
    case 'commander.unknownOption': {
      // What stands behind a "=" may be a token.
      const [flag = ''] = command.args.find((word) => /^-./.test(word))?.split('=') ?? [];
      return optionOf(command, flag) ? `Option '${flag}' takes no value` : `Unknown option${quoted(flag)}`;
    }
    case 'commander.excessArguments':
      return `Unexpected argument${quoted(command.args[command.registeredArguments.length])}`;
    case 'commander.missingMandatoryOptionValue': {
      const isMissing = (name: string): boolean => command.getOptionValue(name) === undefined;
      const missing = command.options.find((option) => option.mandatory && isMissing(option.attributeName()));
      return `Required option '${missing?.flags}' is missing`;
    }
    case 'commander.optionMissingArgument':
      return `Option '${optionOf(command, args.at(-1) ?? '')?.flags}' needs a value`;
    default:
      return 'Wrong usage';
  }
};

/**
 * What commander threw, as a sentence with the command that shows the help.
 * @param isShown whether a word that was typed may be repeated; by default every word
 * @returns `undefined` if help or the version was printed
 * @throws the error, if it is not commander's
 */
export const explainCommandLine = (
  error: unknown,
  program: Command,
  args: readonly string[],
  isShown: (word: string) => boolean = () => true,
): UsageError | undefined => {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return undefined;
  const command = program.commands.find((each) => each.name() === program.args[0]) ?? program;
  const about = command === program ? '' : `${command.name()} `;
  return new UsageError(`${reasonOf(error.code, command, args, isShown)}. See ${program.name()} ${about}--help.`);
};

export const helpOf = (program: Command): string => {
  let help = '';
  program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
};

/**
 * The options of a program without commands.
 * @throws UsageError
 */
export const readOptions = <Values>(program: Command, args: readonly string[]): Partial<Values> | 'help' => {
  throwInsteadOfExit(program, () => {});
  try {
    return program.parse([...args], { from: 'user' }).opts<Partial<Values>>();
  } catch (error) {
    const usageError = explainCommandLine(error, program, args);
    if (usageError) throw usageError;
    return 'help';
  }
};
