import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { runLocal } from '../../../local/run';
import { stateMachinePicture } from '../../../report/diagram/picture';
import { readDefinitionText } from '../../../statemachine/definition';
import type { Definition } from '../../../statemachine/states-language';
import { launchChromium } from './chromium';

// `npm run pictures`: generates the pictures of the README and the docs.

const folder = join(__dirname, '..', '..', '..', 'docs');

interface Shot {
  readonly name: string;
  readonly args: readonly string[];
  readonly theme: 'light' | 'dark';
  readonly height: number;
}

const shots: readonly Shot[] = [
  { name: 'report-rotated', args: [], theme: 'light', height: 1180 },
  { name: 'report-retried', args: ['--fail', 'validate:TokenRejected'], theme: 'dark', height: 1180 },
  { name: 'report-failed', args: ['--fail', 'verify:TokenRejected:always'], theme: 'light', height: 1500 },
];

const nowhere = { write: () => {} };

const shoot = async (browser: Browser, { name, args, theme, height }: Shot): Promise<void> => {
  const temporary = mkdtempSync(join(tmpdir(), 'pictures-'));
  try {
    const file = join(temporary, 'report.html');
    await runLocal(['--report', file, ...args], { stdout: nowhere, stderr: nowhere, env: {} });
    const page = await browser.newPage({ viewport: { width: 1400, height }, colorScheme: theme });
    await page.goto(`file://${file}`);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await page.close();
  } finally {
    rmSync(temporary, { recursive: true });
  }
};

const main = async (): Promise<void> => {
  const definition = JSON.parse(readDefinitionText()) as Definition;
  for (const theme of ['light', 'dark'] as const) {
    writeFileSync(join(folder, `state-machine-${theme}.svg`), await stateMachinePicture(definition, theme));
  }
  const browser = await launchChromium(process.env);
  try {
    for (const shot of shots) await shoot(browser, shot);
  } finally {
    await browser.close();
  }
};

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
