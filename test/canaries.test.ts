import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import type { EmbeddedCloud } from '../local/embedded-cloud';
import { failures } from '../local/failures/catalogue';
import { runLocal } from '../local/run';
import { secretName, withCloud } from './cloud';
import { type Provoked, runProvoked } from './provoked';
import { encodings, expectNoTrace, tokensIn } from './traces';

// `npm start` makes a cloud of its own: its tokens, the refreshed ones too, are what must not show on the terminal.
const mockClouds: EmbeddedCloud[] = [];
jest.mock('../local/embedded-cloud', () => {
  const actual = jest.requireActual('../local/embedded-cloud');
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

/** A token document whose parts can be recognised anywhere, with characters that escaping changes. */
const markedDocument = (): string =>
  JSON.stringify({
    authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'CANARY-key+/=?"<&>\\' })).toString(
      'base64',
    ),
    refreshToken: 'CANARY-refresh+/=?"<&>\\ü',
    validUntil: Math.floor(Date.now() / 1000) + 86_400,
    note: 'CANARY-unknown-field',
  });

const everythingSeen = ({ result, lines, alerts }: Provoked): string =>
  [JSON.stringify(result), JSON.stringify(alerts), ...lines].join('\n');

test('no token in state data, history, logs or metrics: the happy path', () =>
  withCloud({ document: markedDocument() }, async ({ cloud, machine, lines }) => {
    const result = await machine.start({});
    expect(result.status).toBe('SUCCEEDED');
    expect(lines.length).toBeGreaterThan(4);
    expectNoTrace([JSON.stringify(result), ...lines].join('\n'), tokensIn(cloud, secretName));
  }));

const provocations = failures.map((failure) => ({ name: `${failure.step}:${failure.error}`, failure }));

test.each(provocations)(
  'no token in state data, history, errors, logs, metrics or alerts, when every refusal quotes it: $name',
  ({ failure }) => {
    const document = markedDocument();
    return runProvoked({ failure, always: true }, { document, refusal: `refused: ${document}` }, (provoked) => {
      expect(provoked.lines.length).toBeGreaterThan(1);
      expectNoTrace(everythingSeen(provoked), tokensIn(provoked.cloud, secretName));
    });
  },
);

/** Runs `npm start` with a token file of this text; what it printed and its reports, and its exit code. */
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

const commandLines = [
  [],
  ['--json'],
  ['--rotate-before', '1h'],
  ['--single-use', '--repeat', '2'],
  ...provocations.flatMap(({ name }) => [
    ['--fail', name],
    ['--fail', `${name}:always`, '--json'],
  ]),
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

test('a token file that is no document: no part of it is repeated', async () => {
  const { seen, code } = await runWithFile('{"authToken": "CANARY", "refreshToken": ["CANARY"], CANARY', []);
  expect(code).toBe(1);
  expect(seen).toContain('MalformedSecret');
  expect(seen.includes('CANARY')).toBe(false);
});

test('the search finds a token in each of its encodings', () => {
  const token = 'CANARY-key+/=?"<&>\\ü';
  for (const encode of encodings) {
    expect(() => expectNoTrace(`before ${encode(token)} after`, [token])).toThrow();
  }
});
