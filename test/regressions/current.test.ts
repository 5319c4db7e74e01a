import { LostReply, ServiceError } from '../../local/cloud/wire/service';
import { callsOf, createWorld, rotate } from '../functions/fake-ports';
import { expectTidy, expectWorkingCurrent, start, undisturbed } from './whole-machine';

test('resuming without a check of the base: an imported token is never replaced by an older one', async () => {
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

test('AWSCURRENT moved back during a refresh: the only refreshable token does not lose its label', async () => {
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

test('a promotion whose replies are all lost is not reported as failed', async () => {
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

test('a promotion whose reply is lost, and then an outage of minutes: not reported as failed', async () => {
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

test('an import between Fetch and Promote is not overwritten: the execution starts over and succeeds', async () => {
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

test('AWSPENDING on the current version is removed, and the token is rotated in the same execution', async () => {
  const world = createWorld();
  world.moveByHand('AWSPENDING', undefined, world.labels().AWSCURRENT);
  expect((await rotate(world)).outcome).toBe('rotated');
  expectTidy(world);
});

test('AWSCURRENT moves at every attempt: started over once, then VersionConflict, and nothing is overwritten', async () => {
  const world = createWorld();
  const older = world.labels().AWSCURRENT;
  const newer = world.importByHand();
  // The operator moves AWSCURRENT back and forth between two versions that are older than the execution.
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
