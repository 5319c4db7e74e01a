import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs the app as the CDK's command line starts it. */
export const runApp = async (
  context: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
) => {
  const outdir = mkdtempSync(join(tmpdir(), 'token-rotation-'));
  const everything = { 'aws:cdk:bundling-stacks': [], ...context };
  try {
    return await promisify(execFile)(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, ...env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(everything) },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};
