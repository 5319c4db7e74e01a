import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { runLocal } from '../../../local/run';
import { launchChromium } from './chromium';

const nowhere = { write: () => {} };

/** One report for each kind of path through the state machine. */
const runs: Readonly<Record<string, readonly string[]>> = {
  rotated: [],
  retried: ['--fail', 'validate:TokenRejected'],
  failed: ['--fail', 'refresh:RefreshRejected'],
  rolledBack: ['--fail', 'verify:TokenRejected:always'],
};

let browser: Browser;
let folder: string;

const fileOf = (name: string): string => join(folder, `${name}.html`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'browser-'));
  for (const [name, args] of Object.entries(runs)) {
    await runLocal(['--report', fileOf(name), ...args], { stdout: nowhere, stderr: nowhere, env: {} });
  }
  browser = await launchChromium(process.env);
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Requests for anything but the page, and messages and errors in the browser's console. */
  readonly problems: string[];
}

interface Window extends Pick<BrowserContextOptions, 'colorScheme' | 'javaScriptEnabled'> {
  readonly width?: number;
  /** The fragment of the URL. */
  readonly hash?: string;
}

const opened = async (
  name: string,
  { width = 1600, hash = '', ...options }: Window,
  look: (opened: Opened) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext({ viewport: { width, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const url = `file://${fileOf(name)}${hash}`;
  page.on('request', (request) => {
    if (request.url() !== `file://${fileOf(name)}` && !request.url().startsWith('data:,'))
      problems.push(`requested ${request.url()}`);
  });
  page.on('console', (message) => problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  try {
    await page.goto(url);
    await look({ page, problems });
    expect(problems).toEqual([]);
  } finally {
    await context.close();
  }
};

const namesOf = (page: Page, selector: string, name: 'id' | 'dataset.state'): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('${selector}')].map((each) => each.${name})`);

const widthOf = (page: Page): Promise<number> => page.evaluate('document.documentElement.scrollWidth');

test.each(Object.keys(runs))('the page makes no request and logs no message: %s', (name) =>
  opened(name, {}, async ({ page }) => {
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await page.locator('details.visit:not([open])').count()).toBe(0);
    await page.getByRole('button', { name: 'Close all' }).click();
    expect(await page.locator('details.visit[open]').count()).toBe(0);
  }),
);

test('a click on the failed state shows its error', () =>
  opened('failed', {}, async ({ page }) => {
    const visit = page.locator('details.visit[data-state="Refresh"]');
    const error = visit.locator('.tries .error');
    await expect(error.isVisible()).resolves.toBe(false);
    await page.getByRole('link', { name: 'Refresh: failed, and was caught' }).click();
    await expect(error.isVisible()).resolves.toBe(true);
    expect(await error.textContent()).toBe('RefreshRejected');
    expect(await visit.locator('.tries').textContent()).toContain('Momento refused to refresh the token');
    // The state has the focus and is visible.
    expect(await page.evaluate('document.activeElement.parentElement.dataset.state')).toBe('Refresh');
    const box = await visit.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(900);
  }));

test('a click on a retried state shows each attempt and the waits between them', () =>
  opened('retried', {}, async ({ page }) => {
    await page.getByRole('link', { name: 'Validate: succeeded after 2 retries' }).click();
    const tries = page.locator('details.visit[data-state="Validate"] .tries > li');
    expect(await tries.count()).toBe(3);
    expect(await tries.nth(0).textContent()).toMatch(/Attempt 1.*TokenRejected.*then waited 3\.0 s/s);
    expect(await tries.nth(2).textContent()).toContain('succeeded');
  }));

test('every linked state of the diagram and every state of the timeline can be opened by keyboard', () =>
  opened('rolledBack', {}, async ({ page }) => {
    const reached = new Set<string>();
    for (let step = 0; step < 120; step += 1) {
      await page.keyboard.press('Tab');
      const place = (await page.evaluate(`(() => {
        const { tagName, parentElement, dataset, id } = document.activeElement;
        return tagName === 'SUMMARY' ? parentElement.id : dataset.state ?? id ?? tagName;
      })()`)) as string;
      reached.add(place);
      // The focus must be visible.
      if (place.startsWith('visit-')) {
        const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
        expect(outline).toBe('solid');
      }
      if (place === 'BODY') break;
    }
    const drawn = await namesOf(page, '.diagram a.state', 'dataset.state');
    const visits = await namesOf(page, 'details.visit', 'id');
    expect(visits.length).toBeGreaterThan(10);
    expect([...drawn, ...visits].filter((each) => !reached.has(each))).toEqual([]);
    await page.locator('.diagram a[data-state="Roll back"]').focus();
    await page.keyboard.press('Enter');
    const visit = page.locator('details.visit[data-state="Roll back"]');
    expect(await visit.getAttribute('open')).not.toBeNull();
    await page.keyboard.press('Enter');
    expect(await visit.getAttribute('open')).toBeNull();
  }));

test.each([
  [320, 'light'],
  [320, 'dark'],
  [1600, 'light'],
  [1600, 'dark'],
] as const)(
  'in a window of %d pixels the page does not scroll sideways, and text has enough contrast: %s',
  (width, colorScheme) =>
    opened('rolledBack', { width, colorScheme }, async ({ page }) => {
      expect(await widthOf(page)).toBeLessThanOrEqual(width);
      await page.getByRole('button', { name: 'Open all' }).click();
      expect(await widthOf(page)).toBeLessThanOrEqual(width);
      // WCAG 2.2, 1.4.3: 4.5 to 1 for text of this size.
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }),
);

/** Texts with too little contrast to their background; in the diagram, those of states and labels. */
const weakTexts = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (numbers(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const weak = [];
  const judge = (what, colour, ground) => {
    const found = contrast(colour, ground);
    if (found < 4.5) weak.push(what + ' ' + found.toFixed(2));
  };
  for (const element of document.querySelectorAll('body *:not(svg, svg *, script)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (own) judge(element.className || element.tagName, getComputedStyle(element).color, groundOf(element));
  }
  for (const state of document.querySelectorAll('.diagram .state')) {
    const ground = getComputedStyle(state.querySelector('.shape')).fill;
    judge(state.className.baseVal, getComputedStyle(state.querySelector('text')).fill, ground);
  }
  for (const label of document.querySelectorAll('.diagram .label')) {
    judge('label', getComputedStyle(label).fill, groundOf(label.closest('svg')));
  }
  return [...new Set(weak)];
})()`;

test('for screen readers: one main heading with the meaning, named regions, tables, and states with their endings', () =>
  opened('failed', {}, async ({ page }) => {
    const tree = await page.locator('body').ariaSnapshot();
    expect(tree).toMatch(/heading "The rotation of momento\/authentication-token failed in Refresh.*" \[level=1\]/);
    expect(tree.match(/\[level=1\]/g)).toHaveLength(1);
    for (const name of ['State machine', 'The secret’s versions', 'Timeline', 'The failure explained']) {
      expect(tree).toContain(`region "${name}"`);
    }
    expect(tree).toContain('link "Fetch: succeeded"');
    expect(tree).toContain('rowheader "AWSCURRENT');
    expect(tree).toContain('failed, and was caught: Refresh');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
  }));

test('without scripts, all content is there, and a state of the diagram links to its entry in the timeline', () =>
  opened('failed', { javaScriptEnabled: false }, async ({ page }) => {
    await page.getByRole('link', { name: 'Refresh: failed, and was caught' }).click();
    const summary = page.locator('details.visit[data-state="Refresh"] summary');
    const box = await summary.boundingBox();
    expect(box?.y).toBeLessThan(900);
    await summary.click();
    expect(await page.locator('details.visit[data-state="Refresh"] .tries .error').isVisible()).toBe(true);
  }));

test('in print, every state is open, in light colours, and closed again afterwards', () =>
  opened('failed', { colorScheme: 'dark' }, async ({ page }) => {
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(20_000);
    expect(await page.locator('details.visit[open]').count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details.visit:not([open])').count()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(24, 32, 44)');
    expect(await page.locator('button').isVisible()).toBe(false);
  }));

test('a URL with the fragment of a state opens that state', () =>
  opened('failed', { hash: '#visit-3' }, async ({ page }) => {
    expect(await namesOf(page, 'details.visit[open]', 'id')).toEqual(['visit-3']);
  }));
