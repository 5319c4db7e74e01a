import { needsAccount } from '../../papers/account';
import { commandsIn, type Paper, root, writtenCommand } from '../../papers/papers';
import { createShell } from '../../shell';
import { pythonBin } from './python';

/** A shell of somebody who has the AWS CLI, and whose account is the emulator. */
export const createPersonsShell = (environment: Readonly<Record<string, string>>) =>
  createShell({ PATH: `${pythonBin}:${process.env.PATH}`, ...environment }, root, ['bash', '-o', 'pipefail']);

const asked = new Set<string>();

/**
 * The command in the papers that begins like this, word for word. From here on it counts as run.
 * @throws Error if there is none, or more than one
 */
export const paperCommand = (start: string): string => {
  const command = writtenCommand(start);
  asked.add(command);
  return command;
};

/** The commands of these papers that need an account, and that nobody here has asked for. */
export const neverAsked = (of: readonly Paper[]): readonly string[] =>
  of.flatMap(commandsIn).filter((command) => needsAccount(command) && !asked.has(command));
