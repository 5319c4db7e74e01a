import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../command/command-failed';
import type { Template } from './code';

const root = join(__dirname, '..', '..');

/**
 * @param atExit is given what ends it
 * @returns the exit code
 */
const runCdk = (args: readonly string[], atExit: (stop: () => void) => void): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args];
    const child = spawn(process.execPath, command, { cwd: root, stdio: 'ignore' });
    atExit(() => child.kill());
    child.on('error', reject);
    child.on('close', resolve);
  });

/**
 * What this clone would deploy, with the settings of its cdk.json. Code does not depend on settings.
 * @throws CommandFailed
 */
export const synthesizeOwn = async (): Promise<Template> => {
  const folder = mkdtempSync(join(tmpdir(), 'momento-rotation-'));
  let stop = (): void => {};
  const tidy = (): void => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  };
  // The program may end before: by Ctrl-C, or because something else could not be looked at.
  process.once('exit', tidy);
  try {
    const code = await runCdk(['synth', '--quiet', '--no-notices', '--output', folder], (kill) => {
      stop = kill;
    }).catch(() => 1);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
    if (code !== 0 || file === undefined) {
      throw new CommandFailed('this clone cannot be synthesized: npx cdk synth says why');
    }
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } finally {
    process.removeListener('exit', tidy);
    tidy();
  }
};
