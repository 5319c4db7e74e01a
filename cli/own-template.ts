import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from './checks/code';
import { CommandFailed } from './command-failed';

const root = join(__dirname, '..');

/** @returns the exit code */
const runCdk = (args: readonly string[]): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args];
    const child = spawn(process.execPath, command, { cwd: root, stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', resolve);
  });

/**
 * What this clone would deploy, with the settings of its cdk.json. Code does not depend on settings.
 * @throws CommandFailed
 */
export const synthesizeOwn = async (): Promise<Template> => {
  const folder = mkdtempSync(join(tmpdir(), 'momento-rotation-'));
  try {
    const code = await runCdk(['synth', '--quiet', '--no-notices', '--output', folder]).catch(() => 1);
    const [file] = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
    if (code !== 0 || file === undefined) {
      throw new CommandFailed('this clone cannot be synthesized: npx cdk synth says why');
    }
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
