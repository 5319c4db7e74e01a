import { refusedMoves } from '../../../functions/aws/errors';
import type { VersionId } from '../../../functions/contract/names';
import type { Rotation } from '../../../functions/contract/rotation';
import { promoteCandidate, wasPromoted } from '../../../functions/promote/promote';
import { rollBack } from '../../../functions/promote/roll-back';
import { tidyUp } from '../../../functions/promote/tidy-up';
import { refreshToken } from '../../../functions/refresh/refresh';
import { LostReply, ServiceError } from '../../../local/cloud/wire/service';
import { createWorld, fetchOnce, type World } from '../fake-ports';

/** A world in which a refreshed token is pending. */
const staged = async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world);
  const patch = await refreshToken(world.ports())(rotation);
  return { world, rotation: { ...rotation, ...patch } as Rotation & { candidateVersionId: VersionId } };
};

test('moves AWSCURRENT to the candidate and removes AWSPENDING', async () => {
  const { world, rotation } = await staged();
  const { output } = await promoteCandidate(world.ports())(rotation);
  expect(world.labels()).toMatchObject({
    AWSCURRENT: rotation.candidateVersionId,
    AWSPREVIOUS: rotation.currentVersionId,
    'momento-successor': rotation.candidateVersionId,
  });
  expect(world.labels()).not.toHaveProperty('AWSPENDING');
  expect(output).toMatchObject({
    outcome: 'rotated',
    versionId: rotation.candidateVersionId,
    previousVersionId: rotation.currentVersionId,
    validUntil: rotation.candidateValidUntil,
    verified: false,
  });
});

test('reads no value', async () => {
  const { world, rotation } = await staged();
  const before = world.calls.length;
  await promoteCandidate(world.ports())(rotation);
  expect(world.calls.slice(before).map(({ action }) => action)).not.toContain('GetSecretValue');
});

test('running it twice is harmless', async () => {
  const { world, rotation } = await staged();
  const first = await promoteCandidate(world.ports())(rotation);
  const labels = world.labels();
  expect(await promoteCandidate(world.ports())(rotation)).toEqual(first);
  expect(world.labels()).toEqual(labels);
});

test('never promotes over a version that Fetch did not see', async () => {
  const { world, rotation } = await staged();
  const imported = world.importByHand();
  await expect(promoteCandidate(world.ports())(rotation)).rejects.toMatchObject({ name: 'VersionConflict' });
  expect(world.labels().AWSCURRENT).toBe(imported);
});

test.each(refusedMoves)(
  'a refusal (%s) that the labels do not explain is retried, not treated as a conflict',
  async (code) => {
    const { world, rotation } = await staged();
    world.intercept = async (call, proceed) => {
      if (call.action === 'UpdateSecretVersionStage') throw new ServiceError(code, 'stale');
      return proceed();
    };
    await expect(promoteCandidate(world.ports())(rotation)).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
    });
  },
);

test('a secret that was deleted since Fetch is reported as deleted, although the same code refuses a wrong move', async () => {
  const { world, rotation } = await staged();
  world.secretsManager.call('DeleteSecret', { SecretId: rotation.secretName });
  await expect(promoteCandidate(world.ports())(rotation)).rejects.toMatchObject({
    name: 'SecretNotFound',
    message: expect.stringContaining('restore-secret'),
  });
});

test('the rotation succeeds even if AWSPENDING cannot be removed', async () => {
  const { world, rotation } = await staged();
  let moves = 0;
  world.intercept = async (call, proceed) => {
    if (call.action === 'UpdateSecretVersionStage') {
      moves += 1;
      if (moves === 2) throw new ServiceError('InternalServiceError', 'down');
    }
    return proceed();
  };
  expect((await promoteCandidate(world.ports())(rotation)).output?.outcome).toBe('rotated');
  expect(world.labels().AWSPENDING).toBe(rotation.candidateVersionId);
});

test('AWSPENDING stays on a token that someone else staged', async () => {
  const { world, rotation } = await staged();
  const theirs = world.stageByHand();
  await promoteCandidate(world.ports())(rotation);
  expect(world.labels()).toMatchObject({ AWSCURRENT: rotation.candidateVersionId, AWSPENDING: theirs });
});

describe('the check after a failed Promote', () => {
  test('finds a promotion whose reply was lost', async () => {
    const { world, rotation } = await staged();
    world.intercept = async (call, proceed) => {
      await proceed();
      if (call.action === 'UpdateSecretVersionStage') throw new LostReply();
      return proceed();
    };
    await expect(promoteCandidate(world.ports())(rotation)).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
    });
    world.intercept = (_, proceed) => proceed();
    expect((await wasPromoted(world.ports())(rotation)).output).toMatchObject({
      versionId: rotation.candidateVersionId,
    });
    expect(world.labels()).not.toHaveProperty('AWSPENDING');
  });

  test('reads repeatedly before it fails: reads may lag behind the promotion', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    world.secretsManager.staleReads({ writes: 2, reads: 4 });
    expect((await wasPromoted(world.ports())(rotation)).output).toMatchObject({
      versionId: rotation.candidateVersionId,
    });
  });

  test('fails if no promotion succeeded, and changes nothing', async () => {
    const { world, rotation } = await staged();
    const labels = world.labels();
    await expect(wasPromoted(world.ports())(rotation)).rejects.toMatchObject({ name: 'NotPromoted' });
    expect(world.labels()).toEqual(labels);
  });
});

test('tidying up removes AWSPENDING from exactly that version, and is counted', async () => {
  const { world, rotation } = await staged();
  expect((await tidyUp(world.ports())(rotation)).tidied).toBe(1);
  expect(world.labels()).not.toHaveProperty('AWSPENDING');
  const theirs = world.stageByHand();
  await tidyUp(world.ports())(rotation);
  expect(world.labels().AWSPENDING).toBe(theirs);
});

describe('roll back', () => {
  /** Both tokens were tested just now. */
  const tested = (world: World, rotation: Rotation): Rotation => ({ ...rotation, testedAt: world.clock.now() / 1000 });

  test('moves AWSCURRENT back, and AWSPENDING to the rejected version', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    await rollBack(world.ports())(tested(world, rotation));
    expect(world.labels()).toMatchObject({
      AWSCURRENT: rotation.currentVersionId,
      AWSPENDING: rotation.candidateVersionId,
    });
  });

  test('does not wait for room for the label AWSPENDING', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    const labels = Object.keys(world.labels()).length;
    for (let more = labels; more < 20; more += 1)
      world.moveByHand(`mine-${more}`, undefined, rotation.currentVersionId);
    const { detail } = await rollBack(world.ports())(tested(world, rotation));
    expect(detail).toContain('is kept as momento-successor');
    expect(world.labels().AWSCURRENT).toBe(rotation.currentVersionId);
    expect(world.labels()).not.toHaveProperty('AWSPENDING');
  });

  test('moves AWSPENDING first: a crash in between leaves no token without a label', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    let moves = 0;
    world.intercept = async (call, proceed) => {
      if (call.action === 'UpdateSecretVersionStage') {
        moves += 1;
        if (moves === 2) throw new ServiceError('InternalServiceError', 'down');
      }
      return proceed();
    };
    await expect(rollBack(world.ports())(tested(world, rotation))).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
    });
    expect(world.labels()).toMatchObject({
      AWSCURRENT: rotation.candidateVersionId,
      AWSPENDING: rotation.candidateVersionId,
    });
  });

  test('running it twice is harmless', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    await rollBack(world.ports())(tested(world, rotation));
    const labels = world.labels();
    await rollBack(world.ports())(tested(world, rotation));
    expect(world.labels()).toEqual(labels);
  });

  test('changes nothing if someone imported a token in the meantime', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    const imported = world.importByHand();
    await expect(rollBack(world.ports())(tested(world, rotation))).rejects.toMatchObject({ name: 'VersionConflict' });
    expect(world.labels().AWSCURRENT).toBe(imported);
  });

  test('leaves AWSPENDING on a token that someone staged in the meantime', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    const theirs = world.stageByHand();
    await rollBack(world.ports())(tested(world, rotation));
    expect(world.labels()).toMatchObject({ AWSCURRENT: rotation.currentVersionId, AWSPENDING: theirs });
    expect(world.labels()['momento-successor']).toBe(rotation.candidateVersionId);
  });

  test('does nothing if the test is outdated: the promoted token may work again', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    const labels = world.labels();
    const before = tested(world, rotation);
    await world.clock.sleep(901_000);
    await expect(rollBack(world.ports())(before)).rejects.toMatchObject({ name: 'TestOutdated' });
    expect(world.labels()).toEqual(labels);
  });

  test('that is refused while reads lag is retried, not treated as a conflict', async () => {
    const { world, rotation } = await staged();
    await promoteCandidate(world.ports())(rotation);
    await rollBack(world.ports())(tested(world, rotation));
    world.secretsManager.staleReads({ writes: 1, reads: 1 });
    await expect(rollBack(world.ports())(tested(world, rotation))).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
    });
  });

  test('without a test it is refused', async () => {
    const { world, rotation } = await staged();
    await expect(rollBack(world.ports())(rotation)).rejects.toMatchObject({ name: 'InvalidInput' });
    const { testedAt: _, ...old } = rotation;
    await expect(rollBack(world.ports())(old as Rotation)).rejects.toMatchObject({ name: 'InvalidInput' });
  });
});
