import { errorNames } from '../../functions/contract/errors';
import { type Setting, secretName } from '../cloud';

export const word = 'CANARY';
export const marked = (name: string): string => `${word}+/=?"<&>\\${name}${word}`;

export const now = Math.floor(Date.now() / 1000);
export const document = JSON.stringify({
  authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: marked('key') })).toString('base64'),
  refreshToken: marked('refresh'),
  validUntil: now + 86_400,
});
export const megabyte = `${document} `.repeat(Math.ceil(1_048_576 / document.length));

/** For each place where it may begin, and without the characters at both ends that depend on its neighbours. */
const base64Of = (part: string): string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + part)
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), Math.floor(((before + part.length) * 4) / 3)),
  );

/** Escapes of JSON and of URLs leave the word as it is. A key is base64 already, so it may be met as base64 of base64. */
const traces = [word, ...base64Of(word), ...base64Of(word).flatMap(base64Of)];

export const holdsToken = (seen: string): boolean => traces.some((trace) => seen.includes(trace));

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) {
    jest.spyOn(console, method).mockImplementation((...parts) => printed.push(...parts.map(String)));
  }
});

afterEach(() => jest.restoreAllMocks());

const currentValue = ({ secretsManager }: Setting['cloud']): string | undefined => {
  const current = secretsManager.snapshot(secretName).find(({ labels }) => labels.includes('AWSCURRENT'));
  return secretsManager.storedValue(secretName, current?.versionId ?? '');
};

/** Runs one execution, and refuses what no answer of a service may lead to. */
export const runSafely = async ({ cloud, machine, lines }: Setting) => {
  const result = await machine.start({});
  // Of every try: a retry or a catch may hide a crash from the execution's end.
  const errors = result.history.flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? []);
  const foreseen: readonly (string | undefined)[] = [...errorNames, undefined];
  expect([...errors, result.error].filter((name) => !foreseen.includes(name))).toEqual([]);
  expect(result.status).toBe(result.error === undefined ? 'SUCCEEDED' : 'FAILED');
  // Not `toContain` and the like: a failing test must not print the token either.
  expect(holdsToken([JSON.stringify([result, cloud.takeAlerts(), printed]), ...lines].join('\n'))).toBe(false);
  expect(result.status === 'SUCCEEDED' || currentValue(cloud) === document).toBe(true);
  return result;
};
