import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import type { EmbeddedCloud } from '../local/cloud/embedded-cloud';
import { runLocal } from '../local/run';
import { secretName } from './cloud';
import { expectNoTrace, markedDocument, tokensIn } from './token-traces';

// `npm start` starts its own cloud. None of that cloud's tokens, including the refreshed ones, may appear on the
// terminal.
const mockClouds: EmbeddedCloud[] = [];
jest.mock('../local/cloud/embedded-cloud', () => {
  const actual = jest.requireActual('../local/cloud/embedded-cloud');
  return {
    ...actual,
    startCloud: async (options: unknown) => {
      const cloud = await actual.startCloud(options);
      mockClouds.push(cloud);
      return cloud;
    },
  };
});

beforeEach(() => {
  mockClouds.length = 0;
});

/** Runs `npm start` with this text as the token file. @returns its output, reports and exit code */
const runWithFile = async (text: string, args: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'canary-'));
  try {
    const file = join(folder, 'token.json');
    writeFileSync(file, text);
    let seen = '';
    const sink = {
      write: (written: string) => {
        seen += written;
      },
    };
    const report = join(folder, 'report.html');
    const all = [...args, '--token-file', file, '--report', report];
    const code = await runLocal(all, { stdout: sink, stderr: sink, env: {} });
    const reports = readdirSync(folder).filter((name) => parse(name).ext === '.html');
    expect(reports).toHaveLength(args.includes('--repeat') ? 2 : 1);
    const pages = reports.map((name) => readFileSync(join(folder, name), 'utf8'));
    return { seen: [seen, ...pages].join('\n'), code };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

// For every failure, see failures/failures.test.ts.
const commandLines = [
  [],
  ['--json'],
  ['--rotate-before', '1h'],
  ['--single-use', '--repeat', '2'],
  ['--fail', 'verify'],
  ['--fail', 'refresh:RefreshRejected:always', '--json'],
];

test.each(commandLines.map((args) => ({ line: args.join(' '), args })))(
  'no token on the terminal or in the report: npm start $line',
  async ({ args }) => {
    const text = markedDocument();
    const { seen, code } = await runWithFile(text, args);
    if (!args.includes('--fail')) expect(code).toBe(0);
    const tokens = mockClouds.splice(0).flatMap((cloud) => tokensIn(cloud, secretName));
    const { authToken = '' } = JSON.parse(text) as Record<string, string>;
    expect(tokens.includes(authToken)).toBe(true);
    expectNoTrace(seen, tokens);
  },
);

test('no part of an invalid token file is printed', async () => {
  const { seen, code } = await runWithFile('{"authToken": "CANARY", "refreshToken": ["CANARY"], CANARY', []);
  expect(code).toBe(1);
  expect(seen).toContain('MalformedSecret');
  expect(seen.includes('CANARY')).toBe(false);
});
