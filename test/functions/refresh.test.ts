import { claimLeaseSeconds, type Rotation, type VersionId } from '../../functions/contract';
import type { Invocation } from '../../functions/ports';
import { refreshToken } from '../../functions/refresh';
import { MomentoStatus, status } from '../../local/cloud/momento';
import { LostReply, ServiceError } from '../../local/cloud/service';
import { callsOf, createWorld, day, fetchOnce, secretName, type World } from '../world';

/** Fetch, then Refresh as this invocation. */
const refresh = async (world: World, invocation: Partial<Invocation> = {}, changes: Partial<Rotation> = {}) => {
  const rotation = await fetchOnce(world, { execution: invocation.execution ?? 'execution-1' });
  return refreshToken(world.ports(invocation))({ ...rotation, ...changes });
};

const current = (world: World) => world.labels().AWSCURRENT as VersionId;

const failWith = (world: World, action: string, times: number, error: () => Error, after = false): void => {
  let left = times;
  world.intercept = async (call, proceed) => {
    if (call.action !== action || left === 0) return proceed();
    left -= 1;
    if (after) await proceed();
    throw error();
  };
};

const unavailable = () => new ServiceError('InternalServiceError', 'down');

test('claims before it asks Momento, and stages under both labels in one put', async () => {
  const world = createWorld();
  const base = current(world);
  const patch = await refresh(world);
  expect(world.calls.map(({ action }) => action).slice(-3)).toEqual(['PutSecretValue', 'refresh', 'PutSecretValue']);
  expect(patch).toMatchObject({ decision: 'staged', resumed: false });
  const labels = world.labels();
  expect(labels).toMatchObject({ AWSCURRENT: base, AWSPENDING: patch.candidateVersionId });
  expect(labels['momento-successor']).toBe(patch.candidateVersionId);
  expect(world.document(labels['momento-claim'])).toEqual({
    kind: 'claim',
    execution: 'execution-1',
    invocation: expect.any(String),
    base,
    number: 1,
    outcomeUnknown: false,
  });
});

test('nothing is asked of Momento when the secret cannot be written', async () => {
  const world = createWorld();
  failWith(world, 'PutSecretValue', 9, () => new ServiceError('AccessDeniedException', 'no'));
  await expect(refresh(world)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('secretsmanager:PutSecretValue'),
  });
  expect(callsOf(world, 'refresh')).toBe(0);
});

test('a token in hand is put again and again, whatever the error, even a refusal', async () => {
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

test('a version id of ours that is taken by another value: the token goes under another id', async () => {
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

test('a document that leaves no room for a new token is refused before anything is asked of Momento', async () => {
  const world = createWorld();
  const document = { ...world.document(current(world)), note: 'x'.repeat(60_000) };
  world.secretsManager.call('PutSecretValue', {
    SecretId: secretName,
    SecretString: JSON.stringify(document),
    ClientRequestToken: 'c'.repeat(32),
    VersionStages: ['AWSCURRENT'],
  });
  await expect(refresh(world)).rejects.toMatchObject({ name: 'MalformedSecret' });
  expect(callsOf(world, 'refresh')).toBe(0);
});

describe('versions', () => {
  /** As somebody does who stores something in the secret again and again. */
  const storeOften = (world: World, times: number): void => {
    for (let count = 0; count < times; count += 1) {
      world.secretsManager.call('PutSecretValue', {
        SecretId: secretName,
        SecretString: 'something',
        ClientRequestToken: `other-${String(count).padStart(32, '0')}`,
        VersionStages: ['other'],
      });
    }
  };

  test('of the last day that leave no room for the token after the claim: neither is put, and Momento is not asked', async () => {
    const world = createWorld();
    // With current these are 98, and a claim, a token and a claim given back would be 101.
    storeOften(world, 97);
    await expect(refresh(world)).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
      message: expect.stringContaining('98 versions'),
    });
    expect([callsOf(world, 'refresh'), callsOf(world, 'PutSecretValue')]).toEqual([0, 0]);
  });

  test('that leave no room do not stop what needs none: a staged token is resumed', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    const staged = await refresh(world);
    storeOften(world, 97);
    const patch = await refreshToken(world.ports({ execution: 'execution-2' }))(rotation);
    expect(patch).toMatchObject({ decision: 'resume', candidateVersionId: staged.candidateVersionId });
  });

  test('that leave just enough room are enough', async () => {
    const world = createWorld();
    storeOften(world, 96);
    expect((await refresh(world)).decision).toBe('staged');
  });

  test('that are older are removed when room is needed, so they do not count', async () => {
    const world = createWorld({ lifeSeconds: 30 * day });
    storeOften(world, 97);
    world.clock.pass(day * 1000);
    expect((await refresh(world)).decision).toBe('staged');
  });
});

test('with too little time left to store an answer Momento is not asked, and the claim is given back', async () => {
  const world = createWorld();
  await expect(refresh(world, { remainingMilliseconds: () => 60_000 })).rejects.toMatchObject({
    name: 'SecretsManagerUnavailable',
  });
  expect(callsOf(world, 'refresh')).toBe(0);
  expect((await refresh(world)).decision).toBe('staged');
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

  test('of an earlier invocation of this execution: ClaimHeld, and nothing is asked of Momento', async () => {
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

  test('whose lease is over is followed by the next number', async () => {
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

  test('of an earlier invocation of this execution that stale labels do not show is not taken for our own', async () => {
    const world = createWorld();
    const rotation = await fetchOnce(world);
    await claimAndHang(world, 'execution-1');
    world.secretsManager.staleReads({ writes: 1, reads: 3 });
    await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'ClaimHeld' });
    expect(callsOf(world, 'refresh')).toBe(1);
  });

  test('whose label shows before its value does counts as held, and is not counted past', async () => {
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

test('claims whose labels somebody took off are counted over, one by one', async () => {
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

test('current that moved since Fetch is a conflict, and nothing is asked of Momento', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world);
  world.importByHand();
  await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'VersionConflict' });
  expect(callsOf(world, 'refresh')).toBe(0);
});

test('a token that was staged since Fetch is resumed, not refreshed over', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world);
  const staged = world.stageByHand();
  expect(await refreshToken(world.ports())(rotation)).toMatchObject({
    decision: 'resume',
    resumed: true,
    candidateVersionId: staged,
  });
  expect(callsOf(world, 'refresh')).toBe(0);
});

test('a staged token that lost AWSPENDING to somebody is found by its successor label', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  const { candidateVersionId } = await refresh(world);
  world.moveByHand('AWSPENDING', candidateVersionId ?? '');
  expect(await refresh(world)).toMatchObject({ decision: 'resume', candidateVersionId });
  expect(callsOf(world, 'refresh')).toBe(1);
});

test('a token that this execution saw rejected is not resumed again, and is remembered', async () => {
  const world = createWorld();
  const { candidateVersionId } = await refresh(world);
  const patch = await refresh(world);
  expect(patch.decision).toBe('staged');
  expect(patch.rejectedVersionIds).toEqual([candidateVersionId]);
  expect(patch.candidateVersionId).not.toBe(candidateVersionId);
});

describe('a refusal', () => {
  const revoked = (options = {}) => {
    const world = createWorld(options);
    world.momento.revoke(String(world.document(world.labels().AWSCURRENT).authToken));
    return world;
  };

  test('says how long the current token lives by its validUntil, and what to do', async () => {
    await expect(refresh(revoked())).rejects.toMatchObject({
      name: 'RefreshRejected',
      message: expect.stringMatching(/AUTHENTICATION_ERROR.*lives until 2026-12-02 00:00 UTC.*Make a new token/),
    });
  });

  test('of an expired token says that it has expired', async () => {
    const world = createWorld();
    world.clock.pass((day + 3600) * 1000);
    await expect(refresh(world)).rejects.toMatchObject({ message: expect.stringContaining('has expired, 1 hour') });
    expect(world.lines.join('\n')).toContain('no_valid_tokens');
  });

  test('looks for a successor for half a minute before it is a failure', async () => {
    const world = revoked();
    const before = world.clock.now();
    await expect(refresh(world)).rejects.toMatchObject({ name: 'RefreshRejected' });
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.now() - before).toBeLessThan(40_000);
  });

  test('is none if somebody stages a successor meanwhile', async () => {
    const world = revoked();
    let staged: string | undefined;
    world.intercept = async (call, proceed) => {
      if (call.action === 'DescribeSecret' && callsOf(world, 'refresh') === 1) staged ??= world.stageByHand();
      return proceed();
    };
    const patch = await refresh(world);
    expect(patch).toMatchObject({ decision: 'resume', candidateVersionId: staged });
  });

  test('is a lost race if current has moved meanwhile', async () => {
    const world = revoked();
    world.intercept = async (call, proceed) => {
      if (call.action === 'refresh') world.importByHand();
      return proceed();
    };
    await expect(refresh(world)).rejects.toMatchObject({ name: 'VersionConflict' });
  });

  test('gives the claim back: the next run need not wait', async () => {
    const world = revoked();
    await expect(refresh(world)).rejects.toMatchObject({ name: 'RefreshRejected' });
    await expect(refresh(world, { execution: 'execution-2' })).rejects.toMatchObject({ name: 'RefreshRejected' });
  });

  test('after a refresh that never came back says that its outcome is unknown', async () => {
    const world = createWorld({ refreshTokens: 'singleUse' });
    failWith(world, 'refresh', 1, () => new LostReply(), true);
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    // The request may be acted on yet, so its claim stays until its lease is over.
    await expect(refresh(world)).rejects.toMatchObject({ name: 'ClaimHeld' });
    world.clock.pass(claimLeaseSeconds * 1000);
    await expect(refresh(world)).rejects.toMatchObject({
      name: 'RefreshRejected',
      message: expect.stringContaining('never came back'),
    });
    // And still says so a day later.
    world.clock.pass(1000);
    await expect(refresh(world)).rejects.toMatchObject({ message: expect.stringContaining('never came back') });
  });

  test('without such a past does not say so', async () => {
    await expect(refresh(revoked())).rejects.toMatchObject({ message: expect.not.stringContaining('never came back') });
  });
});

describe('Momento unavailable', () => {
  test('with an answer: the claim is given back, and the next invocation refreshes at once', async () => {
    const world = createWorld();
    failWith(world, 'refresh', 1, () => new MomentoStatus(status.RESOURCE_EXHAUSTED, 'slow down'));
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    expect((await refresh(world)).decision).toBe('staged');
  });

  test('without an answer: the request may arrive yet, so the claim stays', async () => {
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

  test('and a claim that cannot be given back: the original error stays', async () => {
    const world = createWorld();
    world.intercept = async (call, proceed) => {
      if (call.action === 'refresh') throw new MomentoStatus(status.RESOURCE_EXHAUSTED, 'slow down');
      if (call.action === 'PutSecretValue' && callsOf(world, 'refresh') === 1) throw unavailable();
      return proceed();
    };
    await expect(refresh(world)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
  });
});
