import fc from 'fast-check';
import { errorNames } from '../functions/errors';
import { createMomento } from '../local/cloud/momento';
import type { Execution } from '../local/machine';
import { createCanaryBytes, showsToken } from './simulation/canaries';
import { createWorld, secretName, type World } from './world';

// Whatever an execution is started with and whatever the secret holds: it rotates, or it ends with an error of its own, soon and
// with little data; and what is refused has changed nothing.

const casesEach = 5_200;

/** How the cases ended, to be shown: a property that only ever sees one end proves little. */
const ends = new Map<string, number>();

afterAll(() => {
  const counts = [...ends].sort(([, one], [, other]) => other - one).map(([end, count]) => `${end} ${count}`);
  const all = [...ends.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`bad input: ${all} cases: ${counts.join(', ')}\n`);
});

const endOf = ({ status, output, error }: Execution): string =>
  status === 'SUCCEEDED' ? String((output as { outcome?: string }).outcome) : String(error);

const outcomes = ['rotated', 'notDue', 'dryRun'];

/** Errors by which something is refused, before anything is written. */
const refusals = ['InvalidInput', 'SecretNotFound', 'MalformedSecret', 'NotRefreshable'];

const mostCalls = 100;
const mostBytes = 262_144;
const longestCause = 8_000;

const isWrite = ({ action }: World['calls'][number]): boolean =>
  ['PutSecretValue', 'UpdateSecretVersionStage', 'refresh'].includes(action);

/** What must not be said of any case. */
const complaintsOf = (world: World, execution: Execution, end: string): string[] => {
  const succeeded = execution.status === 'SUCCEEDED';
  const data = JSON.stringify(execution.history);
  const alerts = world.takeAlerts();
  const complaints = {
    'an end that has no name': !(succeeded ? outcomes : (errorNames as readonly string[])).includes(end),
    'it wrote': (refusals.includes(end) || end === 'dryRun') && world.calls.some(isWrite),
    'too many calls': world.calls.length >= mostCalls,
    'too much data': data.length >= 40 * mostBytes,
    'too long a cause': (execution.cause ?? '').length >= longestCause,
    'not one alert for a failure': alerts.length !== (succeeded ? 0 : 1),
    'a token shows': showsToken([data, ...world.lines, JSON.stringify(alerts)].join('\n')),
  };
  return Object.entries(complaints).flatMap(([complaint, is]) => (is ? [complaint] : []));
};

/** What holds for every case. @returns how it ended */
const expectSound = (world: World, execution: Execution): string => {
  const end = endOf(execution);
  ends.set(end, (ends.get(end) ?? 0) + 1);
  // One for all: each expectation takes as long as a tenth of the execution.
  expect([end, complaintsOf(world, execution, end)]).toEqual([end, []]);
  return end;
};

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: casesEach });

/** A JSON value of any kind and shape, names that mean something to JavaScript among them. */
const anyJson = fc.jsonValue({ maxDepth: 4 });
const oddName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$',
  'rotation',
  'error',
  'failed',
);

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('an execution input rotates the secret, or is refused by name', async () => {
  const name = fc.oneof(
    fc.constant(secretName),
    fc.constant(`${secretName} `),
    fc.constant('arn:aws:secretsmanager:us-east-1:123456789012:secret:momento/authentication-token-AbCdEf'),
    fc.string(),
    fc.string({ minLength: 500, maxLength: 3_000 }),
    anyJson,
  );
  const flag = fc.oneof(fc.boolean(), fc.boolean(), fc.constantFrom('true', 0, 1, null), anyJson);
  const nearlyValid = fc.record(
    {
      momento_auth_token_secret_name: name,
      secretName: name,
      force: flag,
      dryRun: flag,
      Comment: anyJson,
      scheduledTime: anyJson,
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: fc.string(),
    },
    { requiredKeys: [] },
  );
  const withMore = fc
    .tuple(nearlyValid, fc.dictionary(fc.oneof(oddName, fc.string()), anyJson, { maxKeys: 2 }))
    .map(([one, other]) => ({ ...one, ...other }));
  const large = fc.integer({ min: 1_000, max: 100_000 }).map((length) => ({ Comment: 'x'.repeat(length) }));
  const nested = fc.integer({ min: 10, max: 2_000 }).map((levels) => ({ Comment: deep(levels) }));
  const input = fc.oneof(
    { arbitrary: nearlyValid, weight: 6 },
    { arbitrary: withMore, weight: 2 },
    { arbitrary: anyJson, weight: 2 },
    { arbitrary: fc.oneof(large, nested), weight: 1 },
  );
  await check(input, async (value) => {
    const world = createWorld({ random: createCanaryBytes() });
    const end = expectSound(world, await world.machine.start(value));
    expect([...outcomes, ...refusals]).toContain(end);
  });
});

/** Of keys that Momento knows, in every kind of document that people have been seen to store. */
const documents = () => {
  const momento = createMomento({
    clock: { now: () => Date.parse('2026-12-01T00:00:00Z') },
    random: createCanaryBytes(),
  });
  const kinds = ['v1', 'legacy', 'v2'] as const;
  const made = kinds.map((kind) => momento.issue({ kind, lifeSeconds: 86_400 }));
  const other = momento.issue({ kind: 'v1', lifeSeconds: 86_400 });
  return { made, other };
};

test('a secret document is rotated with all that it holds, or is refused by name', async () => {
  const { made, other } = documents();
  const base = fc.constantFrom(...made);
  const odd = fc.oneof(anyJson, fc.constant(''), fc.constant(other.authToken), fc.string({ maxLength: 300 }));
  const expiry = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.bigInt().map(String),
    fc.constantFrom(0, -1, 1e11, 1_798_761_600_000, '1798761600', '1798761600.5', ' 1798761600', '', 'soon', null),
  );
  const changes = fc.record(
    { authToken: odd, apiKey: odd, refreshToken: odd, validUntil: fc.oneof(expiry, expiry, odd) },
    { requiredKeys: [] },
  );
  const extra = fc.dictionary(fc.oneof(oddName, fc.string()), anyJson, { maxKeys: 3 });
  const dropped = fc.subarray(['authToken', 'refreshToken', 'validUntil'], { maxLength: 1 });
  const nearlyValid = fc
    .tuple(base, fc.option(changes, { nil: {}, freq: 2 }), extra, fc.option(dropped, { nil: [] as string[], freq: 4 }))
    .map(([one, changed, more, without]) => {
      const all = Object.entries({ ...more, ...one, ...changed });
      return JSON.stringify(Object.fromEntries(all.filter(([field]) => !without.includes(field))));
    });
  /** The text itself is damaged: cut off, doubled, with a number that no double can hold, encoded once more. */
  const damaged = fc.tuple(base, fc.nat(200), fc.nat(6)).map(([one, at, how]) => {
    const text = JSON.stringify(one);
    return (
      [
        text.slice(0, at),
        text.slice(at),
        `${text}${text}`,
        JSON.stringify(text),
        `\ufeff${text}`,
        text.replace('{', `{"serial":1234567890123456789${at},`),
        text.replace('{', `{"validUntil":${at},`),
      ][how] ?? ''
    );
  });
  const nested = fc.integer({ min: 50, max: 150 }).map((levels) => JSON.stringify({ ...made[0], more: deep(levels) }));
  const large = fc
    .integer({ min: 30_000, max: 65_000 })
    .map((length) => JSON.stringify({ ...made[0], more: 'x'.repeat(length) }));
  const value = fc.oneof(
    { arbitrary: nearlyValid, weight: 8 },
    { arbitrary: damaged, weight: 3 },
    { arbitrary: fc.oneof(fc.string(), fc.json(), nested, large), weight: 2 },
  );
  await check(value, async (text) => {
    if (text.length === 0 || Buffer.byteLength(text) > 65_536) return;
    const world = createWorld({ value: text, random: createCanaryBytes() });
    const before = world.labels().AWSCURRENT ?? '';
    acceptIfToken(world, text);
    const end = expectSound(world, await world.machine.start({}));
    expect(['rotated', 'MalformedSecret', 'NotRefreshable', 'RefreshRejected', 'TokenRejected']).toContain(end);
    if (end !== 'rotated') {
      expect(world.labels().AWSCURRENT).toBe(before);
      return;
    }
    const token = ['authToken', 'apiKey', 'refreshToken', 'validUntil'];
    const rest = (document: Record<string, unknown>) =>
      Object.entries(document).filter(([field]) => !token.includes(field));
    expect(rest(world.document(world.labels().AWSCURRENT))).toEqual(rest(world.document(before)));
    // What came as digits is there as the same digits.
    const serial = /"serial":(\d+)/.exec(text)?.[1];
    const stored = world.secretsManager.storedValue(secretName, world.labels().AWSCURRENT ?? '') ?? '';
    if (serial !== undefined) expect(stored).toContain(`"serial":${serial}`);
  });
});

const acceptIfToken = ({ momento }: World, text: string): void => {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) momento.accept(document as Record<string, unknown>);
  } catch {
    // Not JSON: the execution will say so.
  }
};
