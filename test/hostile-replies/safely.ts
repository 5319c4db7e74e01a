import { errorNames } from '../../functions/contract/errors';
import { type Setting, secretName } from '../cloud';
import { markedDocument, showsToken } from '../token-traces';

export const document = markedDocument();
export const megabyte = `${document} `.repeat(Math.ceil(1_048_576 / document.length));

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
  expect(showsToken([JSON.stringify([result, cloud.takeAlerts(), printed]), ...lines].join('\n'))).toBe(false);
  expect(result.status === 'SUCCEEDED' || currentValue(cloud) === document).toBe(true);
  return result;
};
