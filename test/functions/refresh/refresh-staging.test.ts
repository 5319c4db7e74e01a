import { claimLeaseSeconds } from '../../../functions/contract/timing';
import { LostReply, ServiceError } from '../../../local/cloud/wire/service';
import { callsOf, createWorld, secretName } from '../fake-ports';
import { failWith, refresh, unavailable } from './refreshing';

test('the put of a new token is retried after every error, even a refusal', async () => {
  const world = createWorld();
  let puts = 0;
  world.intercept = async (call, proceed) => {
    if (call.action === 'PutSecretValue') {
      puts += 1;
      if (puts > 1 && puts < 8)
        throw new ServiceError(puts % 2 ? 'AccessDeniedException' : 'InternalServiceError', 'no');
    }
    return proceed();
  };
  expect((await refresh(world)).decision).toBe('staged');
  expect(callsOf(world, 'refresh')).toBe(1);
});

test('staging gives up only when the function has no time left, and says that the token is lost', async () => {
  const world = createWorld();
  const endsAt = world.clock.now() + 180_000;
  let puts = 0;
  world.intercept = async (call, proceed) => {
    if (call.action === 'PutSecretValue') {
      puts += 1;
      if (puts > 1) throw unavailable();
    }
    return proceed();
  };
  const remainingMilliseconds = () => endsAt - world.clock.now();
  await expect(refresh(world, { remainingMilliseconds })).rejects.toMatchObject({
    name: 'SecretsManagerUnavailable',
    message: expect.stringContaining('could not be stored'),
  });
  expect(puts).toBeGreaterThan(30);
  expect(remainingMilliseconds()).toBeLessThanOrEqual(5_000);
  expect(remainingMilliseconds()).toBeGreaterThan(0);
});

test.each([
  ['AccessDeniedException', 'AccessDenied'],
  ['ResourceExistsException', 'SecretsManagerUnavailable'],
])('a token that %s keeps from being stored is tried with pauses, and lost as %s', async (code, name) => {
  const world = createWorld();
  const endsAt = world.clock.now() + 180_000;
  let puts = 0;
  world.intercept = async (call, proceed) => {
    if (call.action !== 'PutSecretValue') return proceed();
    puts += 1;
    if (puts > 1) throw new ServiceError(code, 'no');
    return proceed();
  };
  const remainingMilliseconds = () => endsAt - world.clock.now();
  await expect(refresh(world, { remainingMilliseconds })).rejects.toMatchObject({
    name,
    message: expect.stringContaining('so it is lost'),
  });
  // A token in hand comes before everybody's claims, and an outage is not asked without end.
  expect(puts).toBeGreaterThan(60);
  expect(puts).toBeLessThan(100);
});

test('a put whose reply was lost is the same put again, not a second version', async () => {
  const world = createWorld();
  failWith(world, 'PutSecretValue', 1, () => new LostReply(), true);
  // The claim's reply is lost: the invocation ends, and its successor waits for the claim.
  await expect(refresh(world)).rejects.toMatchObject({ name: 'SecretsManagerUnavailable' });
  expect(callsOf(world, 'refresh')).toBe(0);

  let puts = 0;
  world.clock.pass(claimLeaseSeconds * 1000);
  world.intercept = async (call, proceed) => {
    const reply = await proceed();
    if (call.action === 'PutSecretValue') {
      puts += 1;
      if (puts === 2) throw new LostReply();
    }
    return reply;
  };
  const patch = await refresh(world);
  expect(puts).toBe(3);
  expect(world.labels().AWSPENDING).toBe(patch.candidateVersionId);
  expect(world.secretsManager.snapshot(secretName)).toHaveLength(4);
});

test('if the version id already has another value, the token is stored under another id', async () => {
  const world = createWorld();
  const ids: unknown[] = [];
  world.intercept = async (call, proceed) => {
    if (call.action === 'PutSecretValue') {
      ids.push((call as unknown as { input: Record<string, unknown> }).input.ClientRequestToken);
      if (ids.length === 2) throw new ServiceError('ResourceExistsException', 'taken');
    }
    return proceed();
  };
  expect((await refresh(world)).candidateVersionId).toBe(ids[2]);
  expect(ids[2]).not.toBe(ids[1]);
});
