import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The browser in CHROMIUM_PATH. Otherwise, the first installed one. */
export const findChromium = (env: Readonly<Record<string, string | undefined>>): string => {
  const found =
    env.CHROMIUM_PATH ??
    (env.PATH ?? '')
      .split(delimiter)
      .flatMap((folder) => names.map((name) => join(folder, name)))
      .find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(
    'Chromium was not found. Install it (apt-get install chromium), or set CHROMIUM_PATH to its executable.',
  );
};

/** A headless browser. It opens only our own pages, so it may run as root, as in containers. */
export const launchChromium = (env: Readonly<Record<string, string | undefined>>): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(env), args: ['--no-sandbox'] });
