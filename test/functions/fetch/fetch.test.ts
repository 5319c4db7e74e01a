import type { SecretArn, VersionId } from '../../../functions/contract/names';
import { claimLeaseSeconds } from '../../../functions/contract/timing';
import { putClaim } from '../../../functions/secret/claim';
import { callsOf, createWorld, day, fetchOnce, secretName, type World } from '../fake-ports';

const currentId = (world: World) => world.labels().AWSCURRENT as VersionId;
const arnOf = async (world: World): Promise<SecretArn> => (await world.secrets.describe(secretName)).arn;

const claimBy = async (world: World, execution: string, number = 1) => {
  const terms = { arn: await arnOf(world), base: currentId(world), number, outcomeUnknown: false };
  expect(await putClaim(world.ports({ execution }), terms)).toBe('claimed');
};

test('nothing pending and no threshold: refresh, after two reads and no write', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world);
  expect(rotation).toMatchObject({ decision: 'refresh', currentVersionId: currentId(world), candidateVersionId: null });
  expect(world.calls.map(({ action }) => action).sort()).toEqual(['DescribeSecret', 'GetSecretValue']);
});

test('valid for longer than the threshold: notDue, after two reads', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world, { settings: { rotateBefore: { seconds: 3_600 } } });
  expect(rotation.decision).toBe('notDue');
  expect(rotation.output).toMatchObject({ outcome: 'notDue', versionId: currentId(world) });
  expect(rotation.detail).toContain('valid for 1 day');
  expect(world.calls).toHaveLength(2);
});

test('force overrides the threshold', async () => {
  const world = createWorld();
  const settings = { rotateBefore: { seconds: 3_600 } };
  expect((await fetchOnce(world, { settings, request: { force: true } })).decision).toBe('refresh');
});

test('an expired token is refreshed, and the detail says that it has expired', async () => {
  const world = createWorld();
  world.clock.pass(2 * day * 1000);
  const rotation = await fetchOnce(world);
  expect(rotation.decision).toBe('refresh');
  expect(rotation.detail).toContain('expired');
});

describe('AWSPENDING', () => {
  test('on a token staged by hand after current was made: resume', async () => {
    const world = createWorld();
    const staged = world.stageByHand();
    expect(await fetchOnce(world)).toMatchObject({ decision: 'resume', resumed: true, candidateVersionId: staged });
  });

  test('on a token staged by hand before current was made: tidy', async () => {
    const world = createWorld();
    const staged = world.stageByHand();
    world.importByHand();
    expect(await fetchOnce(world)).toMatchObject({ decision: 'tidy', candidateVersionId: staged });
  });

  test('on current itself: tidy, and the value is not read a second time', async () => {
    const world = createWorld();
    world.moveByHand('AWSPENDING', undefined, currentId(world));
    expect(await fetchOnce(world)).toMatchObject({ decision: 'tidy', candidateVersionId: currentId(world) });
    expect(world.calls).toHaveLength(2);
  });

  test('still there after two tidies: an error that is retried, not a third tidy', async () => {
    const world = createWorld();
    world.moveByHand('AWSPENDING', undefined, currentId(world));
    await expect(fetchOnce(world, { tidied: 2 })).rejects.toMatchObject({ name: 'SecretsManagerUnavailable' });
  });

  test('a token staged by hand is resumed even if the current value is not a token', async () => {
    const world = createWorld();
    world.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString: 'overwritten',
      ClientRequestToken: '0'.repeat(32),
      VersionStages: ['AWSCURRENT'],
    });
    world.clock.pass(1);
    const staged = world.stageByHand();
    expect(await fetchOnce(world)).toMatchObject({ decision: 'resume', candidateVersionId: staged, validUntil: null });
  });

  test('without a value: the error says that automatic rotation is on', async () => {
    const world = createWorld();
    world.secretsManager.nativeRotationStarted(secretName, '1'.repeat(32));
    await expect(fetchOnce(world)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('cancel-rotate-secret'),
    });
    world.secretsManager.call('CancelRotateSecret', { SecretId: secretName });
    await expect(fetchOnce(world)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('--remove-from-version-id'),
    });
  });

  test('a version that is not visible yet is read again before it counts as empty', async () => {
    const world = createWorld();
    const staged = world.stageByHand();
    let reads = 0;
    world.intercept = async (call, proceed) => {
      if (call.action === 'GetSecretValue') {
        reads += 1;
        if (reads === 2) throw Object.assign(new Error('not yet'), { code: 'ResourceNotFoundException' });
      }
      return proceed();
    };
    expect(await fetchOnce(world)).toMatchObject({ decision: 'resume', candidateVersionId: staged });
  });
});

describe('a claim', () => {
  test('of another execution, still held: alreadyRunning, with the time when it expires', async () => {
    const world = createWorld();
    await claimBy(world, 'execution-2');
    const rotation = await fetchOnce(world);
    expect(rotation).toMatchObject({ decision: 'running', output: { outcome: 'alreadyRunning' } });
    expect(rotation.detail).toContain('2026-12-01 00:04 UTC');
  });

  test('of this execution is left to Refresh to wait for', async () => {
    const world = createWorld();
    await claimBy(world, 'execution-1');
    expect((await fetchOnce(world)).decision).toBe('refresh');
  });

  test('is held until the last instant of its lease, and no longer', async () => {
    const world = createWorld();
    await claimBy(world, 'execution-2');
    const madeAt = world.secretsManager.snapshot(secretName).at(-1)?.createdAt ?? 0;
    // The read of the claim is the third call, one millisecond each.
    world.clock.pass(madeAt + claimLeaseSeconds * 1000 - 1 - 3 - world.clock.now());
    expect((await fetchOnce(world)).decision).toBe('running');
    world.clock.pass(1);
    expect((await fetchOnce(world)).decision).toBe('refresh');
  });

  test('is not read while the token is not due', async () => {
    const world = createWorld();
    await claimBy(world, 'execution-2');
    const before = callsOf(world, 'GetSecretValue');
    const rotation = await fetchOnce(world, { settings: { rotateBefore: { seconds: 3_600 } } });
    expect(rotation.decision).toBe('notDue');
    expect(callsOf(world, 'GetSecretValue') - before).toBe(1);
  });

  test('label on a version that a user created counts as another execution', async () => {
    const world = createWorld();
    world.moveByHand('momento-claim', undefined, currentId(world));
    expect((await fetchOnce(world)).decision).toBe('running');
  });
});

test('automatic rotation that is on is an error even if nothing is pending', async () => {
  const world = createWorld();
  world.secretsManager.nativeRotationStarted(secretName, '1'.repeat(32));
  world.moveByHand('AWSPENDING', '1'.repeat(32));
  await expect(fetchOnce(world)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining('still switched on'),
  });
});

test('a token that became current during this execution is not rotated again', async () => {
  const world = createWorld();
  const executionStartedAt = world.clock.now();
  world.importByHand();
  expect((await fetchOnce(world, { startedOver: true, executionStartedAt })).decision).toBe('notDue');
  expect((await fetchOnce(world, { startedOver: false, executionStartedAt })).decision).toBe('refresh');
});

test('if the two reads see different versions, the described version counts', async () => {
  const world = createWorld();
  const old = currentId(world);
  let imported = '';
  world.intercept = async (call, proceed) => {
    if (call.action === 'GetSecretValue' && imported === '') imported = world.importByHand();
    return proceed();
  };
  const rotation = await fetchOnce(world);
  expect(imported).not.toBe(old);
  expect(rotation.currentVersionId).toBe(old);
});

test('a secret that does not exist is not found', async () => {
  const request = { secretName: 'absent' as never };
  await expect(fetchOnce(createWorld(), { request })).rejects.toMatchObject({ name: 'SecretNotFound' });
});

test('a key that cannot be refreshed is an error even if it is not due', async () => {
  const world = createWorld({ kind: 'v2', keyField: 'apiKey' });
  const rotation = await fetchOnce(world, { settings: { rotateBefore: { seconds: 3_600 } } });
  expect(rotation).toMatchObject({ decision: 'refresh', validUntil: expect.any(Number) });
});

test('a secret that is scheduled for deletion is not found, and the error names it', async () => {
  const world = createWorld();
  world.secretsManager.call('DeleteSecret', { SecretId: secretName });
  await expect(fetchOnce(world)).rejects.toMatchObject({
    name: 'SecretNotFound',
    message: expect.stringContaining('scheduled for deletion'),
  });
});

test('for a secret without a value, the error says that no token has been imported', async () => {
  const world = createWorld();
  world.secretsManager.call('CreateSecret', { Name: 'empty', ClientRequestToken: '2'.repeat(32) });
  await expect(fetchOnce(world, { request: { secretName: 'empty' as never } })).rejects.toMatchObject({
    name: 'MalformedSecret',
    message: expect.stringContaining('no token has been imported yet'),
  });
});
