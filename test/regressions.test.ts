import { MomentoStatus, status } from '../local/cloud/momento';
import { LostReply, ServiceError } from '../local/cloud/service';
import type { CloudIntercept } from '../local/embedded-cloud';
import { callsOf, createWorld, rotate, secretName, type World } from './world';

// Each of these is a way in which a simpler protocol loses or breaks a token, run through the whole state machine.

const start = (world: World, input: unknown = {}) => world.machine.start(input);
const undisturbed: CloudIntercept = (_, proceed) => proceed();
const metricsOf = (world: World): string[] =>
  world.lines.flatMap((line) => {
    const record = JSON.parse(line) as { _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } };
    return record._aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
  });

const keyOf = (world: World, label: string): string => String(world.document(world.labels()[label]).authToken);

/** Applications can read a token under AWSCURRENT that Momento accepts. */
const expectWorkingCurrent = async (world: World): Promise<void> => {
  const bare = JSON.parse(Buffer.from(keyOf(world, 'AWSCURRENT'), 'base64').toString()).api_key;
  expect(world.momento.listCaches(bare)).toEqual(['cache']);
};

const expectTidy = (world: World): void => expect(world.labels()).not.toHaveProperty('AWSPENDING');

const rejectChecks =
  (rejects: () => boolean): CloudIntercept =>
  async (call, proceed) => {
    if (call.action === 'listCaches' && rejects()) throw new MomentoStatus(status.UNAUTHENTICATED, 'not now');
    return proceed();
  };

/** Ends the invocation of a function at a call, before or after its effect; the call never comes back. */
const crashAt = (world: World, name: 'Refresh' | 'Promote', action: string, after: boolean): void => {
  let crashed = false;
  world.intercept = async (call, proceed) => {
    if (crashed || call.action !== action) return proceed();
    crashed = true;
    if (after) await proceed();
    world.machine.crash(name);
    return new Promise(() => {});
  };
};

test('no claim: two executions of one secret refresh it once, also when reuse revokes every key', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  const results = await Promise.all([start(world), start(world), start(world)]);
  expect(results.map(({ status: end }) => end)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  const outcomes = results.map(({ output }) => (output as { outcome: string }).outcome).sort();
  expect(outcomes.filter((outcome) => outcome === 'rotated')).toHaveLength(1);
  expect(callsOf(world, 'refresh')).toBe(1);
  expect(metricsOf(world).filter((name) => name === 'already_running')).toHaveLength(2);
  await expectWorkingCurrent(world);
  expectTidy(world);
});

test('a claim under AWSPENDING: the only live token keeps its label while a second chance fails', async () => {
  const world = createWorld({ refreshTokens: 'singleUseOldKeyDies' });
  // The first run stages a token and then cannot promote it.
  world.intercept = async (call, proceed) => {
    if (call.action === 'UpdateSecretVersionStage') throw new ServiceError('InternalServiceError', 'down');
    return proceed();
  };
  expect((await start(world)).error).toBe('SecretsManagerUnavailable');
  const live = world.labels().AWSPENDING;

  // The second run meets a bad minute of Momento: the live token is rejected, and so is the refresh of the dead one.
  world.intercept = rejectChecks(() => true);
  expect((await start(world)).error).toBe('RefreshRejected');
  expect(world.labels().AWSPENDING).toBe(live);
  expect(metricsOf(world)).toContain('failed_to_refresh_api_token');

  world.intercept = undisturbed;
  expect(await rotate(world)).toMatchObject({ outcome: 'resumed', versionId: live, verified: true });
  expect(metricsOf(world)).toContain('resumed');
  await expectWorkingCurrent(world);
});

test('a claim owned by the execution: an invocation that was believed lost and lives on is not joined by a second', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  let releaseGhost = (): void => {};
  const ghostMayGoOn = new Promise<void>((resolve) => {
    releaseGhost = resolve;
  });
  let refreshes = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  world.intercept = async (call, proceed) => {
    if (call.action !== 'refresh') return proceed();
    refreshes += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    if (refreshes === 1) {
      // Step Functions loses sight of the invocation, which goes on.
      world.machine.crash('Refresh');
      await ghostMayGoOn;
    }
    const reply = await proceed();
    atOnce -= 1;
    return reply;
  };
  // Momento answers the ghost while Step Functions waits to try again.
  const result = await world.machine.start({}, { watcher: { onRetry: releaseGhost } });
  expect([result.status, mostAtOnce, refreshes]).toEqual(['SUCCEEDED', 1, 1]);
  expect(result.output).toMatchObject({ outcome: 'resumed', verified: true });
  await expectWorkingCurrent(world);
  expectTidy(world);
});

test('a plain roll back: the rolled back token gets AWSPENDING, and the next run finds it alive', async () => {
  const world = createWorld({ refreshTokens: 'singleUse' });
  const previous = world.labels().AWSCURRENT;
  // Validate's check before is not rejected, nor is the previous token's after.
  let checks = 0;
  world.intercept = rejectChecks(() => {
    checks += 1;
    return checks >= 2 && checks <= 6;
  });
  const failed = await start(world);
  expect(failed.error).toBe('TokenRejected');
  expect(world.labels().AWSCURRENT).toBe(previous);
  expect(metricsOf(world)).toEqual(expect.arrayContaining(['failed_to_test_api_token', 'step_failed', 'rolled_back']));
  const rolledBack = world.labels().AWSPENDING;
  expect(rolledBack).toBe(world.labels().AWSPREVIOUS);

  world.intercept = undisturbed;
  expect(await rotate(world)).toMatchObject({ outcome: 'resumed', versionId: rolledBack, verified: true });
  expect(callsOf(world, 'refresh')).toBe(1);
  await expectWorkingCurrent(world);
});

test('resuming without looking at the base: an imported token is never replaced by an older one', async () => {
  const world = createWorld();
  world.intercept = async (call, proceed) => {
    if (call.action === 'UpdateSecretVersionStage') throw new ServiceError('InternalServiceError', 'down');
    return proceed();
  };
  await start(world);
  const older = world.labels().AWSPENDING;
  const imported = world.importByHand();

  world.intercept = undisturbed;
  const { versionId, previousVersionId, outcome } = await rotate(world);
  expect(previousVersionId).toBe(imported);
  expect([versionId, outcome]).not.toEqual([older, 'resumed']);
  expectTidy(world);
});

test('current handed back while its successor is being refreshed: the only refreshable token is not tidied away', async () => {
  const world = createWorld({ refreshTokens: 'singleUse' });
  const first = world.labels().AWSCURRENT;
  const { versionId: second } = await rotate(world);
  world.intercept = async (call, proceed) => {
    const reply = await proceed();
    if (call.action === 'refresh' && world.labels().AWSCURRENT === second) {
      world.moveByHand('AWSCURRENT', second, first);
    }
    return reply;
  };
  await start(world);
  world.intercept = undisturbed;
  world.clock.pass(300_000);
  expect((await rotate(world)).verified).toBe(true);
  await expectWorkingCurrent(world);
  expectTidy(world);
});

test('a refreshed token that fails its test does not block later rotations', async () => {
  const world = createWorld();
  let rejecting = true;
  world.intercept = rejectChecks(() => rejecting);
  const failed = await start(world);
  expect(failed.error).toBe('TokenRejected');
  const rejected = world.labels().AWSPENDING;
  expect(rejected).toBeDefined();

  // It stays bad: the next run gives it another chance, then refreshes again in the same execution.
  world.momento.revoke(keyOf(world, 'AWSPENDING'));
  rejecting = false;
  const output = await rotate(world);
  expect(output.outcome).toBe('rotated');
  expect(output.versionId).not.toBe(rejected);
  expectTidy(world);
});

test('a rejection for a moment is not believed', async () => {
  const world = createWorld({ propagationMilliseconds: 1500 });
  const result = await world.machine.start({}, { random: () => 0.01 });
  expect(result.output).toMatchObject({ outcome: 'rotated', verified: true });
  expect(callsOf(world, 'refresh')).toBe(1);
});

test('a crash between Momento and the put of its answer, with reusable refresh tokens: refreshed again', async () => {
  const world = createWorld();
  crashAt(world, 'Refresh', 'refresh', true);
  expect((await rotate(world)).outcome).toBe('rotated');
  expect(callsOf(world, 'refresh')).toBe(2);
});

test('a crash after the put of the token: resumed, not refreshed again', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  let puts = 0;
  world.intercept = async (call, proceed) => {
    if (call.action !== 'PutSecretValue') return proceed();
    puts += 1;
    const reply = await proceed();
    if (puts !== 2) return reply;
    world.machine.crash('Refresh');
    return new Promise(() => {});
  };
  expect(await rotate(world)).toMatchObject({ outcome: 'resumed', verified: true });
  expect(callsOf(world, 'refresh')).toBe(1);
});

test('a promotion whose every reply is lost is not called failed', async () => {
  const world = createWorld();
  world.intercept = async (call, proceed) => {
    const reply = await proceed();
    if (call.action === 'UpdateSecretVersionStage') throw new LostReply();
    return reply;
  };
  const output = await rotate(world);
  expect(output).toMatchObject({ outcome: 'rotated', verified: true });
  expect(world.labels().AWSCURRENT).toBe(output.versionId);
});

test('a promotion whose reply is lost, with Secrets Manager down for minutes after: not called failed', async () => {
  const world = createWorld();
  let downUntil = 0;
  world.intercept = async (call, proceed) => {
    if (world.clock.now() < downUntil) throw new ServiceError('InternalServiceError', 'down');
    const reply = await proceed();
    if (call.action !== 'UpdateSecretVersionStage' || downUntil > 0) return reply;
    downUntil = world.clock.now() + 180_000;
    throw new LostReply();
  };
  const { status: end, output } = await world.machine.start({}, { random: () => 0.5 });
  expect([end, output]).toEqual(['SUCCEEDED', expect.objectContaining({ outcome: 'rotated', verified: true })]);
});

test('an import between Fetch and Promote is not overwritten: the execution starts over and ends well', async () => {
  const world = createWorld();
  let imported = '';
  world.intercept = async (call, proceed) => {
    if (call.action === 'listCaches' && imported === '') imported = world.importByHand();
    return proceed();
  };
  const output = await rotate(world);
  expect(output).toMatchObject({ outcome: 'notDue', versionId: imported });
  expect(world.labels().AWSCURRENT).toBe(imported);
  expectTidy(world);
});

test('AWSPENDING left on current is tidied up, and the token is rotated in the same execution', async () => {
  const world = createWorld();
  world.moveByHand('AWSPENDING', undefined, world.labels().AWSCURRENT);
  expect((await rotate(world)).outcome).toBe('rotated');
  expectTidy(world);
});

test('a run after the claim of a dead execution has ended goes on without help', async () => {
  const world = createWorld();
  const abort = new AbortController();
  world.intercept = async (call, proceed) => {
    if (call.action !== 'refresh') return proceed();
    abort.abort();
    return new Promise(() => {});
  };
  expect((await world.machine.start({}, { signal: abort.signal })).status).toBe('ABORTED');
  world.intercept = undisturbed;
  expect((await rotate(world)).outcome).toBe('alreadyRunning');
  world.clock.pass(240_000);
  expect((await rotate(world)).outcome).toBe('rotated');
});

test('Momento refuses for two days, with a run in every hour: nothing is put where a token would find no room, and it ends well', async () => {
  const world = createWorld({ lifeSeconds: 30 * 86_400, refreshTokens: 'singleUse' });
  const hour = 3_600_000;
  let down = true;
  world.intercept = async (call, proceed) => {
    if (down && call.action === 'refresh') throw new MomentoStatus(status.RESOURCE_EXHAUSTED, 'too many');
    return proceed();
  };
  const errors = new Set<string | undefined>();
  for (let run = 0; run < 48; run += 1) {
    errors.add((await start(world)).error);
    world.clock.pass(hour);
  }
  expect([...errors]).toEqual(expect.arrayContaining(['MomentoUnavailable']));
  expect(
    [...errors].filter((error) => !['MomentoUnavailable', 'SecretsManagerUnavailable'].includes(String(error))),
  ).toEqual([]);

  down = false;
  // The versions of the last day go one by one.
  const ends: (string | undefined)[] = [];
  for (let run = 0; run < 24 && !ends.includes('SUCCEEDED'); run += 1) {
    ends.push((await start(world)).status);
    world.clock.pass(hour);
  }
  expect(ends.at(-1)).toBe('SUCCEEDED');
  await expectWorkingCurrent(world);
  expectTidy(world);
});

test('a drifted token is never promoted, not by the next run either', async () => {
  const world = createWorld();
  const { refresh } = world.momento;
  Object.assign(world.momento, { refresh: (request: never) => ({ ...refresh(request), validUntil: 1 }) });
  const before = world.labels().AWSCURRENT;
  expect((await start(world)).error).toBe('TokenRejected');
  expect(metricsOf(world)).toContain('failed_to_test_api_token');
  expect((await start(world)).error).toBe('TokenRejected');
  expect(world.labels().AWSCURRENT).toBe(before);
});

test('skipped validation: promoted without a test, and said not to be verified', async () => {
  const world = createWorld({ env: { SKIP_VALIDATION: 'true' } });
  expect(await rotate(world)).toMatchObject({ outcome: 'rotated', verified: false });
  expect(callsOf(world, 'listCaches')).toBe(0);
});

test('trouble in Verify other than a rejection: rotated, not verified, and not rolled back', async () => {
  const world = createWorld();
  let checks = 0;
  world.intercept = async (call, proceed) => {
    if (call.action === 'listCaches') {
      checks += 1;
      if (checks > 1) throw new MomentoStatus(status.UNAVAILABLE, 'down');
    }
    return proceed();
  };
  const output = await rotate(world);
  expect(output).toMatchObject({ outcome: 'rotated', verified: false });
  expect(world.labels().AWSCURRENT).toBe(output.versionId);
});

test('neither token works after a promotion: no roll back to a dead token, and the failure is told', async () => {
  const world = createWorld();
  let checks = 0;
  world.intercept = rejectChecks(() => {
    checks += 1;
    return checks > 1;
  });
  const before = world.labels().AWSCURRENT;
  expect((await start(world)).error).toBe('TokenRejected');
  expect(world.labels()).toMatchObject({ AWSPREVIOUS: before });
});

test.each([[null], [[]], [1], ['text']])(
  'the input %j is no object: the execution ends in InvalidInput, its own error',
  async (input) => {
    const world = createWorld();
    const result = await start(world, input);
    expect([result.status, result.error]).toEqual(['FAILED', 'InvalidInput']);
    expect(JSON.parse(result.cause ?? '{}').errorMessage).toContain('it must be a JSON object');
  },
);

test('current that moves at every try: started over once, then VersionConflict, and nothing is overwritten', async () => {
  const world = createWorld();
  const older = world.labels().AWSCURRENT;
  const newer = world.importByHand();
  // Somebody moves current back and forth between two versions that are older than the execution.
  world.intercept = async (call, proceed) => {
    if (call.action === 'listCaches') {
      const current = world.labels().AWSCURRENT;
      world.moveByHand('AWSCURRENT', current, current === older ? newer : older);
    }
    return proceed();
  };
  const result = await start(world);
  expect(result.error).toBe('VersionConflict');
  expect(callsOf(world, 'refresh')).toBe(2);
  expect([older, newer]).toContain(world.labels().AWSCURRENT);
});

test('not due: Fetch, a choice, and the end', async () => {
  const world = createWorld({ env: { ROTATE_BEFORE: '1h' } });
  const result = await start(world);
  const states = result.history.flatMap(({ stateEnteredEventDetails: entered }) => (entered ? [entered.name] : []));
  expect(states).toEqual(['Fetch', 'What to do?', 'Not due']);
  expect(result.output).toMatchObject({ outcome: 'notDue', secretName });
});
