import { claimLeaseSeconds } from '../../../functions/contract/timing';
import { refreshToken } from '../../../functions/refresh/refresh';
import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { LostReply } from '../../../local/cloud/wire/service';
import { callsOf, createWorld, day, fetchOnce } from '../fake-ports';
import { failWith, refresh, unavailable } from './refreshing';

test('with too little time left to store an answer, Momento is not called and the claim is released', async () => {
  const world = createWorld();
  await expect(refresh(world, { remainingMilliseconds: () => 60_000 })).rejects.toMatchObject({
    name: 'SecretsManagerUnavailable',
  });
  expect(callsOf(world, 'refresh')).toBe(0);
  expect((await refresh(world)).decision).toBe('staged');
});

describe('a refusal', () => {
  const revoked = (options = {}) => {
    const world = createWorld(options);
    world.momento.revoke(String(world.document(world.labels().AWSCURRENT).authToken));
    return world;
  };

  test('says when the current token expires by its validUntil, and that Momento may already reject it', async () => {
    await expect(refresh(revoked())).rejects.toMatchObject({
      name: 'RefreshRejected',
      message: expect.stringMatching(
        /AUTHENTICATION_ERROR.*validUntil is 2026-12-02 00:00 UTC, but Momento may already reject it/,
      ),
    });
  });

  test('of an expired token says that it has expired', async () => {
    const world = createWorld();
    world.clock.pass((day + 3600) * 1000);
    await expect(refresh(world)).rejects.toMatchObject({ message: expect.stringMatching(/expired 1 hour.* ago/) });
    expect(world.lines.join('\n')).toContain('no_valid_tokens');
  });

  test('looks for a successor for half a minute before it is a failure', async () => {
    const world = revoked();
    const before = world.clock.now();
    await expect(refresh(world)).rejects.toMatchObject({ name: 'RefreshRejected' });
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.now() - before).toBeLessThan(40_000);
  });

  test('is not a failure if someone stages a successor in the meantime', async () => {
    const world = revoked();
    let staged: string | undefined;
    world.intercept = async (call, proceed) => {
      if (call.action === 'DescribeSecret' && callsOf(world, 'refresh') === 1) staged ??= world.stageByHand();
      return proceed();
    };
    const patch = await refresh(world);
    expect(patch).toMatchObject({ decision: 'resume', candidateVersionId: staged });
  });

  test('is a conflict if AWSCURRENT has moved in the meantime', async () => {
    const world = revoked();
    world.intercept = async (call, proceed) => {
      if (call.action === 'refresh') world.importByHand();
      return proceed();
    };
    await expect(refresh(world)).rejects.toMatchObject({ name: 'VersionConflict' });
  });

  test('releases the claim, so that the next run does not wait', async () => {
    const world = revoked();
    await expect(refresh(world)).rejects.toMatchObject({ name: 'RefreshRejected' });
    await expect(refresh(world, { execution: 'execution-2' })).rejects.toMatchObject({ name: 'RefreshRejected' });
  });

  test('after a refresh without an answer says that its outcome is unknown', async () => {
    const world = createWorld({ refreshTokens: 'singleUse' });
    failWith(world, 'refresh', 1, () => new LostReply(), true);
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    // The request may be acted on yet, so its claim stays until its lease is over.
    await expect(refresh(world)).rejects.toMatchObject({ name: 'ClaimHeld' });
    world.clock.pass(claimLeaseSeconds * 1000);
    await expect(refresh(world)).rejects.toMatchObject({
      name: 'RefreshRejected',
      message: expect.stringContaining('outcome of an earlier refresh'),
    });
    // And still says so a day later.
    world.clock.pass(1000);
    await expect(refresh(world)).rejects.toMatchObject({
      message: expect.stringContaining('outcome of an earlier refresh'),
    });
  });

  test('without such a refresh does not say so', async () => {
    await expect(refresh(revoked())).rejects.toMatchObject({
      message: expect.not.stringContaining('outcome of an earlier refresh'),
    });
  });
});

describe('Momento unavailable', () => {
  test('with an answer: the claim is released, and the next invocation refreshes at once', async () => {
    const world = createWorld();
    failWith(world, 'refresh', 1, () => new MomentoStatus(status.RESOURCE_EXHAUSTED, 'slow down'));
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    expect((await refresh(world)).decision).toBe('staged');
  });

  test('without an answer: the request may still arrive, so the claim stays', async () => {
    const world = createWorld();
    const ports = world.ports();
    const momento = {
      ...ports.momento,
      prepareRefresh: () => async () =>
        ({ outcome: 'unavailable', code: 'TIMEOUT_ERROR', mayHaveRefreshed: true, mayBeUnderWay: true }) as never,
    };
    const rotation = await fetchOnce(world);
    await expect(refreshToken({ ...ports, momento })(rotation)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    await expect(refresh(world)).rejects.toMatchObject({ name: 'ClaimHeld' });
  });

  test('and a claim that cannot be released: the original error stays', async () => {
    const world = createWorld();
    world.intercept = async (call, proceed) => {
      if (call.action === 'refresh') throw new MomentoStatus(status.RESOURCE_EXHAUSTED, 'slow down');
      if (call.action === 'PutSecretValue' && callsOf(world, 'refresh') === 1) throw unavailable();
      return proceed();
    };
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
  });
});
