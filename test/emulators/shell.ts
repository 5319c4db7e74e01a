import { spawn } from 'node:child_process';
import { needsAccount } from '../papers/account';
import { commandsIn, type Paper, root, writtenCommand } from '../papers/papers';
import { pythonBin } from './python';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as a user would who has the AWS CLI, and whose account is the emulator. */
export const createShell =
  (environment: Readonly<Record<string, string>>) =>
  (command: string, folder = root): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Nothing else of whoever runs this: a proxy, a profile or a setting in a variable would lead elsewhere.
        env: { PATH: `${pythonBin}:${process.env.PATH}`, ...environment },
      });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => {
        stdout += text;
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      child.on('error', reject);
      child.on('close', (status) => resolve({ status, stdout, stderr }));
    });

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
