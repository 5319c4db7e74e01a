import fc from 'fast-check';
import { createWorld, secretName } from '../functions/fake-ports';
import { createMarkedBytes } from '../token-traces';
import { anyJson, check, deep, expectSound, oddName, outcomes, refusals } from './sound';

/** Starts executions with unusual inputs: each rotates the secret, or is refused with a named error. */
export const checkInputs = async (cases: number): Promise<void> => {
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
  await check(input, cases, async (value) => {
    const world = createWorld({ random: createMarkedBytes() });
    const end = expectSound(world, await world.machine.start(value));
    expect([...outcomes, ...refusals]).toContain(end);
  });
};
