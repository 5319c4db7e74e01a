import { refreshToken } from '../../../functions/refresh/refresh';
import { callsOf, createWorld, fetchOnce } from '../fake-ports';
import { current, refresh } from './refreshing';

test('claims before it calls Momento, and stages under both labels in one put', async () => {
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

test('if AWSCURRENT moved since Fetch, it is a conflict, and Momento is not called', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world);
  world.importByHand();
  await expect(refreshToken(world.ports())(rotation)).rejects.toMatchObject({ name: 'VersionConflict' });
  expect(callsOf(world, 'refresh')).toBe(0);
});

test('a token that was staged since Fetch is resumed, and no other is requested', async () => {
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

test('a staged token without AWSPENDING is found by its successor label', async () => {
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
