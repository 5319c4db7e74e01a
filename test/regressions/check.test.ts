import { MomentoStatus, status } from '../../local/cloud/momento/momento';
import { callsOf, createWorld, rotate } from '../functions/fake-ports';
import { expectTidy, expectWorkingCurrent, keyOf, metricsOf, rejectChecks, start, undisturbed } from './whole-machine';

test('a plain rollback: the rejected token gets AWSPENDING, and the next run resumes it', async () => {
  const world = createWorld({ refreshTokens: 'singleUse' });
  const previous = world.labels().AWSCURRENT;
  // Neither the check in Validate nor the later check of the previous token is rejected.
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

test('a refreshed token that fails its test does not block later rotations', async () => {
  const world = createWorld();
  let rejecting = true;
  world.intercept = rejectChecks(() => rejecting);
  const failed = await start(world);
  expect(failed.error).toBe('TokenRejected');
  const rejected = world.labels().AWSPENDING;
  expect(rejected).toBeDefined();

  // The token stays invalid: the next run tests it again, then refreshes in the same execution.
  world.momento.revoke(keyOf(world, 'AWSPENDING'));
  rejecting = false;
  const output = await rotate(world);
  expect(output.outcome).toBe('rotated');
  expect(output.versionId).not.toBe(rejected);
  expectTidy(world);
});

test('a short rejection is retried', async () => {
  const world = createWorld({ propagationMilliseconds: 1500 });
  const result = await world.machine.start({}, { random: () => 0.01 });
  expect(result.output).toMatchObject({ outcome: 'rotated', verified: true });
  expect(callsOf(world, 'refresh')).toBe(1);
});

test('a drifted token is never promoted, not even by the next run', async () => {
  const world = createWorld();
  const { refresh } = world.momento;
  Object.assign(world.momento, { refresh: (request: never) => ({ ...refresh(request), validUntil: 1 }) });
  const before = world.labels().AWSCURRENT;
  expect((await start(world)).error).toBe('TokenDrifted');
  expect(metricsOf(world)).toContain('failed_to_test_api_token');
  expect((await start(world)).error).toBe('TokenDrifted');
  expect(world.labels().AWSCURRENT).toBe(before);
});

test('skipped validation: promoted without a test, and reported as not verified', async () => {
  const world = createWorld({ env: { SKIP_VALIDATION: 'true' } });
  expect(await rotate(world)).toMatchObject({ outcome: 'rotated', verified: false });
  expect(callsOf(world, 'listCaches')).toBe(0);
});

test('an error in Verify other than a rejection: rotated, not verified, and not rolled back', async () => {
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

test('neither token works after a promotion: no rollback to a dead token, and a critical alert', async () => {
  const world = createWorld();
  let checks = 0;
  world.intercept = rejectChecks(() => {
    checks += 1;
    return checks > 1;
  });
  const before = world.labels().AWSCURRENT;
  expect((await start(world)).error).toBe('TokenRejected');
  const labels = world.labels();
  expect(labels.AWSCURRENT).not.toBe(before);
  expect(labels).toMatchObject({ AWSCURRENT: labels['momento-successor'], AWSPREVIOUS: before });
  expect(metricsOf(world)).toContain('step_failed');
  expect(metricsOf(world)).not.toContain('rolled_back');
  const alerts = world.takeAlerts();
  expect(alerts.map(({ subject }) => subject?.match(/^\[(\w+)\]/)?.[1])).toEqual(['critical']);
  expect(alerts[0]?.message).toContain(
    'Applications are failing: Momento rejects the current (new) token, and the previous token does not work either.',
  );
});
