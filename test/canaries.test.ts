import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MomentoStatus, status } from '../local/cloud/momento';
import { ServiceError } from '../local/cloud/service';
import { type CloudIntercept, type EmbeddedCloud, importToken, startCloud } from '../local/embedded-cloud';
import { createMachine, wireHandlers } from '../local/machine';
import { runLocal } from '../local/run';
import { createSkippingClock } from '../local/skipping-clock';

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

const secretName = 'momento/authentication-token';

/** A token document whose parts can be recognised anywhere, with characters that escaping changes. */
const markedDocument = (): string =>
  JSON.stringify({
    authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'CANARY-key+/=?"<&>\\ü' })).toString(
      'base64',
    ),
    refreshToken: 'CANARY-refresh+/=?"<&>\\ü',
    validUntil: Math.floor(Date.now() / 1000) + 86_400,
    note: 'CANARY-unknown-field',
  });

/** Every token that the secret holds or held: what must not be seen anywhere else. */
const tokensIn = ({ secretsManager }: EmbeddedCloud): string[] =>
  secretsManager.snapshot(secretName).flatMap(({ versionId }) => {
    const document = JSON.parse(secretsManager.storedValue(secretName, versionId) ?? '{}') as Record<string, string>;
    if (document.authToken === undefined) return [];
    const { api_key: bare = '' } = JSON.parse(Buffer.from(document.authToken, 'base64').toString());
    return [document.authToken, bare, document.refreshToken ?? '', document.note ?? ''].filter((text) => text !== '');
  });

const encodings = [
  (text: string) => text,
  (text: string) => JSON.stringify(text).slice(1, -1),
  (text: string) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  (text: string) => encodeURIComponent(text),
  // Without the last characters, which depend on what follows.
  (text: string) => Buffer.from(text).toString('base64').replace(/=*$/, '').slice(0, -2),
  (text: string) => Buffer.from(text).toString('base64url').slice(0, -2),
  (text: string) => Buffer.from(text).toString('hex'),
];

const expectNoTrace = (seen: string, tokens: readonly string[]): void => {
  expect(tokens.length).toBeGreaterThan(0);
  for (const token of tokens) {
    for (const encode of encodings) {
      // Not `toContain`: a failing test must not print the token either.
      expect(seen.includes(encode(token))).toBe(false);
    }
  }
  expect(seen.includes('CANARY')).toBe(false);
};

/** A Momento whose every message quotes a token document. */
const hostile = (code: number): CloudIntercept => {
  const document = markedDocument();
  return async (call, proceed) => {
    if (call.service === 'momento') throw new MomentoStatus(code, `refused: ${document}`);
    return proceed();
  };
};

const failures: [string, CloudIntercept, string | undefined][] = [
  ['the happy path', (_, proceed) => proceed(), undefined],
  ['a refused refresh that quotes the token', hostile(status.UNAUTHENTICATED), 'RefreshRejected'],
  ['Momento down, with the token in its message', hostile(status.UNAVAILABLE), 'MomentoUnavailable'],
  [
    'a rejected token, quoted',
    async (call, proceed) => {
      if (call.action === 'listCaches') throw new MomentoStatus(status.UNAUTHENTICATED, markedDocument());
      return proceed();
    },
    'TokenRejected',
  ],
  [
    'Secrets Manager quoting the value that it did not store',
    async (call, proceed) => {
      if (call.action === 'PutSecretValue') throw new ServiceError('AccessDeniedException', markedDocument());
      return proceed();
    },
    'AccessDenied',
  ],
];

test.each(failures)('no token in state data, history, errors, logs or metrics: %s', async (_, intercept, error) => {
  const clock = createSkippingClock();
  const cloud = await startCloud({ clock, intercept });
  try {
    importToken(cloud, secretName, markedDocument());
    const lines: string[] = [];
    const env = { ...cloud.env, DEFAULT_SECRET_NAME: secretName };
    const machine = createMachine(
      wireHandlers({ env, clock, write: (line) => lines.push(line) }),
      clock,
      cloud.alertTopic,
    );
    const result = await machine.start({});
    expect(result.error).toBe(error);
    expect(lines.length).toBeGreaterThan(2);
    expectNoTrace([JSON.stringify(result), ...lines].join('\n'), tokensIn(cloud));
  } finally {
    await cloud.close();
  }
});

/** Runs `npm start` with a token file of this text; what it printed, and its exit code. */
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
    const code = await runLocal([...args, '--token-file', file], { stdout: sink, stderr: sink, env: {} });
    return { seen, code };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test.each([[[]], [['--json']], [['--rotate-before', '1h']], [['--single-use', '--repeat', '2']]])(
  'no token on the terminal: npm start %j',
  async (args) => {
    const text = markedDocument();
    const { seen, code } = await runWithFile(text, args);
    expect(code).toBe(0);
    const tokens = mockClouds.splice(0).flatMap(tokensIn);
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
