import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonBin } from './python';

export const root = join(__dirname, '..', '..');

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

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/**
 * The command in README that begins like this, word for word.
 * @throws Error if there is none, or more than one
 */
export const commandInReadme = (start: string): string => {
  const blocks = [...readme.matchAll(/```sh\n([^`]*)```/g)].map(([, block = '']) => block);
  const found = new Set(blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith(start)));
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) throw new Error(`README has ${found.size} commands like: ${start}`);
  return only;
};

/** A code block in README that begins like this. */
export const blockInReadme = (language: string, start: string): string => {
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, name, text = '']) => name === language && text.startsWith(start));
  if (found.length !== 1) throw new Error(`README has ${found.length} blocks of ${language} like: ${start}`);
  return found[0]?.[2] ?? '';
};
