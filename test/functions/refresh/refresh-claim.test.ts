import { claimLeaseSeconds } from '../../../functions/contract/timing';
import { refreshToken } from '../../../functions/refresh/refresh';
import { ServiceError } from '../../../local/cloud/wire/service';
import { callsOf, createWorld, fetchOnce, type World } from '../fake-ports';
import { current, failWith, refresh } from './refreshing';

test('Momento is not called if the secret cannot be written', async () => {
  const world = createWorld();
  failWith(world, 'PutSecretValue', 9, () => new ServiceError('AccessDeniedException', 'no'));
  await expect(refresh(world)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('secretsmanager:PutSecretValue'),
  });
  expect(callsOf(world, 'refresh')).toBe(0);
});

describe('a live claim', () => {
  const claimAndHang = async (world: World, execution: string) => {
    world.intercept = async (call, proceed) => {
      if (call.action === 'refresh') throw new Error('killed');
      return proceed();
    };
    await expect(refresh(world, { execution })).rejects.toThrow('killed');
    world.intercept = (_, proceed) => proceed();
  };

  test('of an earlier invocation of this execution: ClaimHeld, and Momento is not called', async () => {
    const world = createWorld();
    await claimAndHang(world, 'execution-1');
    await expect(refresh(world)).rejects.toMatchObject({ name: 'ClaimHeld' });
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('of another execution: alreadyRunning, no error', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    await claimAndHang(world, 'execution-2');
    const patch = await refreshToken(world.ports())(rotation);
    expect(patch).toMatchObject({ decision: 'running', output: { outcome: 'alreadyRunning' } });
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('whose lease has expired is followed by the next number', async () => {
    const world = createWorld();
    await claimAndHang(world, 'execution-1');
    world.clock.pass(claimLeaseSeconds * 1000);
    expect((await refresh(world)).decision).toBe('staged');
    expect(world.document(world.labels()['momento-claim'])).toMatchObject({ number: 2, outcomeUnknown: true });
  });

  test('that stale labels do not show is found by its version id', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    await claimAndHang(world, 'execution-2');
    // Longer than it takes to look again: the labels are as they were all the time.
    world.intercept = async (call, proceed) => {
      if (call.action === 'DescribeSecret') world.secretsManager.staleReads({ writes: 1, reads: 1 });
      return proceed();
    };
    expect((await refreshToken(world.ports())(rotation)).decision).toBe('running');
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('of an earlier invocation of this execution that stale labels do not show counts as held', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    await claimAndHang(world, 'execution-1');
    world.secretsManager.staleReads({ writes: 1, reads: 3 });
    await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'ClaimHeld' });
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('whose label is visible before its value counts as held, and its number is not skipped', async () => {
    const world = createWorld();
    await claimAndHang(world, 'execution-1');
    const rotation = await fetchOnce(world);
    world.intercept = async (call, proceed) => {
      const { VersionId } = (call as unknown as { input: Record<string, unknown> }).input ?? {};
      if (/-c\d{10}$/.test(String(VersionId))) throw new ServiceError('ResourceNotFoundException', 'not yet');
      return proceed();
    };
    await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'ClaimHeld' });
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('that cannot be read yet counts as held', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    await claimAndHang(world, 'execution-2');
    world.secretsManager.staleReads({ writes: 1, reads: 4 });
    await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'ClaimHeld' });
    expect(callsOf(world, 'refresh')).toBe(1);
  });
});

test('claims without their labels are found one number after the other', async () => {
  const world = createWorld();
  for (let round = 0; round < 12; round += 1) {
    const { candidateVersionId } = await refresh(world);
    world.moveByHand('AWSCURRENT', current(world), candidateVersionId ?? '');
    world.moveByHand('AWSPENDING', candidateVersionId ?? '');
    world.clock.pass(3_600_000);
  }
  const { 'momento-claim': claim, 'momento-successor': successor } = world.labels();
  world.moveByHand('momento-claim', claim);
  world.moveByHand('momento-successor', successor);
  expect((await refresh(world)).decision).toBe('staged');
  expect(world.document(world.labels()['momento-claim'])).toMatchObject({ number: 13 });
});

test('two executions at once: the version id of the claim lets only one of them refresh', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  const [one, two] = await Promise.all([
    fetchOnce(world, { execution: 'execution-1' }),
    fetchOnce(world, { execution: 'execution-2' }),
  ]);
  const patches = await Promise.all([
    refreshToken(world.ports({ execution: 'execution-1' }))(one),
    refreshToken(world.ports({ execution: 'execution-2' }))(two),
  ]);
  expect(callsOf(world, 'refresh')).toBe(1);
  expect(patches.map(({ decision }) => decision).sort()).toEqual(['running', 'staged']);
});
