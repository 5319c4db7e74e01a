import fc from 'fast-check';
import { createMomento } from '../../local/cloud/momento/momento';
import { createWorld, secretName, type World } from '../functions/fake-ports';
import { createMarkedBytes } from '../token-traces';
import { anyJson, check, deep, expectSound, oddName } from './sound';

/** With keys that Momento knows, in every kind of document that users are known to store. */
const documents = () => {
  const momento = createMomento({
    clock: { now: () => Date.parse('2026-12-01T00:00:00Z') },
    random: createMarkedBytes(),
  });
  const kinds = ['v1', 'legacy', 'v2'] as const;
  const made = kinds.map((kind) => momento.issue({ kind, lifeSeconds: 86_400 }));
  const other = momento.issue({ kind: 'v1', lifeSeconds: 86_400 });
  return { made, other };
};

const acceptIfToken = ({ momento }: World, text: string): void => {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) momento.accept(document as Record<string, unknown>);
  } catch {
    // Not JSON: the execution will say so.
  }
};

/** Rotates unusual secrets: each keeps all its fields, or is refused with a named error and not changed. */
export const checkDocuments = async (cases: number): Promise<void> => {
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
  await check(value, cases, async (text) => {
    if (text.length === 0 || Buffer.byteLength(text) > 65_536) return;
    const world = createWorld({ value: text, random: createMarkedBytes() });
    const before = world.labels().AWSCURRENT ?? '';
    acceptIfToken(world, text);
    const end = expectSound(world, await world.machine.start({}));
    expect([
      'rotated',
      'MalformedSecret',
      'NotRefreshable',
      'RefreshRejected',
      'TokenRejected',
      'TokenDrifted',
    ]).toContain(end);
    if (end !== 'rotated') {
      expect(world.labels().AWSCURRENT).toBe(before);
      return;
    }
    const token = ['authToken', 'apiKey', 'refreshToken', 'validUntil'];
    const rest = (document: Record<string, unknown>) =>
      Object.entries(document).filter(([field]) => !token.includes(field));
    expect(rest(world.document(world.labels().AWSCURRENT))).toEqual(rest(world.document(before)));
    // Digits are the same as before.
    const serial = /"serial":(\d+)/.exec(text)?.[1];
    const stored = world.secretsManager.storedValue(secretName, world.labels().AWSCURRENT ?? '') ?? '';
    if (serial !== undefined) expect(stored).toContain(`"serial":${serial}`);
  });
};
