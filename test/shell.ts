import { spawn } from 'node:child_process';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command in a shell with only these environment variables. The user's own, such as a proxy or an AWS profile,
 * could direct the command to real services.
 */
export const createShell =
  (
    environment: Readonly<Record<string, string>>,
    home: string,
    [shell, ...options]: readonly [string, ...string[]] = ['sh'],
  ) =>
  (command: string, folder = home): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn(shell, [...options, '-c', command], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment,
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
