import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findChromium } from './chromium';

// `npm run test:browser -- [Jest options]`: without a browser, ends with one message instead of failing every test.

const root = join(__dirname, '..', '..', '..');

const runJest = (): void => {
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--config', join(__dirname, 'jest.config.js')];
  const child = spawn(process.execPath, [...jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  // Ctrl-C reaches the child as well. Wait until the child has ended.
  process.on('SIGINT', () => {});
  child.on('close', (code) => process.exit(code ?? 130));
};

try {
  findChromium(process.env);
  runJest();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
