import { MomentoStatus, status } from '../../local/cloud/momento/momento';
import { ServiceError } from '../../local/cloud/wire/service';
import { callsOf, createWorld, rotate, type World } from '../functions/fake-ports';
import { expectTidy, expectWorkingCurrent, metricsOf, rejectChecks, start, undisturbed } from './whole-machine';

/** Ends the invocation of a function at a call, before or after its effect. The call never returns. */
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

test('without a claim: three executions of one secret refresh it once, even when reuse revokes every key', async () => {
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

test('a claim under AWSPENDING: the only valid token keeps its label while a second refresh fails', async () => {
  const world = createWorld({ refreshTokens: 'singleUseOldKeyDies' });
  // The first run stages a token and then cannot promote it.
  world.intercept = async (call, proceed) => {
    if (call.action === 'UpdateSecretVersionStage') throw new ServiceError('InternalServiceError', 'down');
    return proceed();
  };
  expect((await start(world)).error).toBe('SecretsManagerUnavailable');
  const live = world.labels().AWSPENDING;

  // In the second run, Momento fails for a minute: it rejects the valid token and the refresh of the dead one.
  world.intercept = rejectChecks(() => true);
  expect((await start(world)).error).toBe('RefreshRejected');
  expect(world.labels().AWSPENDING).toBe(live);
  expect(metricsOf(world)).toContain('failed_to_refresh_api_token');

  world.intercept = undisturbed;
  expect(await rotate(world)).toMatchObject({ outcome: 'resumed', versionId: live, verified: true });
  expect(metricsOf(world)).toContain('resumed');
  await expectWorkingCurrent(world);
});

test('a claim owned by the execution: no second invocation refreshes while one that seems lost continues', async () => {
  const world = createWorld({ refreshTokens: 'reuseRevokesFamily' });
  let releaseGhost = (): void => {};
  const ghostMayContinue = new Promise<void>((resolve) => {
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
      // Step Functions considers the invocation lost; it continues.
      world.machine.crash('Refresh');
      await ghostMayContinue;
    }
    const reply = await proceed();
    atOnce -= 1;
    return reply;
  };
  // Momento answers the lost invocation while Step Functions waits for the retry.
  const result = await world.machine.start({}, { watcher: { onRetry: releaseGhost } });
  expect([result.status, mostAtOnce, refreshes]).toEqual(['SUCCEEDED', 1, 1]);
  expect(result.output).toMatchObject({ outcome: 'resumed', verified: true });
  await expectWorkingCurrent(world);
  expectTidy(world);
});

test('a crash between Momento’s answer and its write, with reusable refresh tokens: refreshed again', async () => {
  const world = createWorld();
  crashAt(world, 'Refresh', 'refresh', true);
  expect((await rotate(world)).outcome).toBe('rotated');
  expect(callsOf(world, 'refresh')).toBe(2);
});

test('a crash after the write of the token: resumed, not refreshed again', async () => {
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

test('after the claim of a dead execution has expired, the next run rotates', async () => {
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

test('Momento refuses for two days, with a run every hour: versions never use up the room for a token, and a later run succeeds', async () => {
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
  // The versions of the last day become removable one by one.
  const ends: (string | undefined)[] = [];
  for (let run = 0; run < 24 && !ends.includes('SUCCEEDED'); run += 1) {
    ends.push((await start(world)).status);
    world.clock.pass(hour);
  }
  expect(ends.at(-1)).toBe('SUCCEEDED');
  await expectWorkingCurrent(world);
  expectTidy(world);
});
