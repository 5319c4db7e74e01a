import type { VersionId } from '../../../functions/contract/names';
import type { ExecutionOutput, Rotation } from '../../../functions/contract/rotation';
import { sentence } from '../../../functions/language/sentence';
import { refreshToken } from '../../../functions/refresh/refresh';
import { rehearse } from '../../../functions/validate/probe';
import { validateCandidate } from '../../../functions/validate/validate';
import { testBoth, verifyCurrent } from '../../../functions/validate/verify';
import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { ServiceError } from '../../../local/cloud/wire/service';
import { callsOf, createWorld, day, fetchOnce, type World, type WorldOptions } from '../fake-ports';

/** A world in which a token is staged: refreshed, or put there by hand. */
const staged = async (options: WorldOptions = {}, byHand?: Record<string, unknown>) => {
  const world = createWorld(options);
  if (byHand) world.stageByHand(byHand);
  const rotation = await fetchOnce(world);
  const patch = byHand ? {} : await refreshToken(world.ports())(rotation);
  return { world, rotation: { ...rotation, ...patch } as Rotation };
};

const keyOf = (world: World, versionId: string | null | undefined): string =>
  String(world.document(versionId ?? '').authToken);

describe('the candidate', () => {
  test('works: its expiry is passed to Promote', async () => {
    const { world, rotation } = await staged();
    const document = world.document(rotation.candidateVersionId ?? '');
    expect(await validateCandidate(world.ports())(rotation)).toMatchObject({
      candidateValidUntil: document.validUntil,
      detail: expect.stringMatching(/works → promote$/),
    });
  });

  test('is rejected by Momento: an error that Step Functions retries', async () => {
    const { world, rotation } = await staged();
    world.momento.revoke(keyOf(world, rotation.candidateVersionId));
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({ name: 'TokenRejected' });
    expect(world.lines.join('\n')).toContain('failed_to_test_api_token');
  });

  test('is rejected by Momento, and so is the current one: the same error', async () => {
    const { world, rotation } = await staged();
    for (const id of [rotation.candidateVersionId, rotation.currentVersionId]) world.momento.revoke(keyOf(world, id));
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({ name: 'TokenRejected' });
  });

  test('cannot be judged: MomentoUnavailable, no verdict', async () => {
    const { world, rotation } = await staged();
    world.intercept = async (call, proceed) => {
      if (call.service === 'momento') throw new MomentoStatus(status.UNAVAILABLE, 'down');
      return proceed();
    };
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
  });

  test('that is not a token document is TokenDrifted, and the fields are named', async () => {
    const { world, rotation } = await staged({}, { authToken: 'x' });
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({
      name: 'TokenDrifted',
      message: expect.stringContaining('"validUntil" is missing'),
    });
    expect(world.lines.join('\n')).toContain('failed_to_test_api_token');
  });

  test('is read by its version id, again if it is not found', async () => {
    const { world, rotation } = await staged();
    let refusals = 2;
    world.intercept = async (call, proceed) => {
      if (call.action === 'GetSecretValue' && refusals > 0) {
        refusals -= 1;
        throw new ServiceError('ResourceNotFoundException', 'not yet');
      }
      return proceed();
    };
    expect((await validateCandidate(world.ports())(rotation)).detail).toContain('works');
  });

  test('that never becomes visible is SecretsManagerUnavailable, not a rejection', async () => {
    const { world, rotation } = await staged();
    const missing = { ...rotation, candidateVersionId: 'f'.repeat(32) as VersionId };
    await expect(validateCandidate(world.ports())(missing)).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
    });
  });
});

describe('drift', () => {
  /** Momento answers with a token that is not as it should be. */
  const drifting = async (changes: { validUntil?: number; endpoint?: string }) => {
    const world = createWorld();
    const { refresh } = world.momento;
    Object.assign(world.momento, { refresh: (request: never) => ({ ...refresh(request), ...changes }) });
    const rotation = await fetchOnce(world);
    return { world, rotation: { ...rotation, ...(await refreshToken(world.ports())(rotation)) } };
  };

  test.each([
    ['an earlier expiry', { validUntil: 1 }],
    ['another endpoint', { endpoint: 'elsewhere.example.com' }],
  ])('%s is an error of its own, without asking Momento', async (_, changes) => {
    const { world, rotation } = await drifting(changes);
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({ name: 'TokenDrifted' });
    expect(callsOf(world, 'listCaches')).toBe(0);
  });

  test('is looked for in a resumed token too, if a refresh made it', async () => {
    const { world } = await drifting({ validUntil: 1 });
    const resumed = await fetchOnce(world);
    expect(resumed.decision).toBe('resume');
    await expect(validateCandidate(world.ports())(resumed)).rejects.toMatchObject({ name: 'TokenDrifted' });
  });

  test('is allowed in a token that a user staged', async () => {
    const world = createWorld();
    world.stageByHand(world.momento.issue({ kind: 'legacy', lifeSeconds: 60 }));
    const rotation = await fetchOnce(world);
    expect((await validateCandidate(world.ports())(rotation)).detail).toContain('works');
  });
});

describe('a token that may not list caches', () => {
  test('works if the current one may not either', async () => {
    const { world, rotation } = await staged({ scope: 'dataOnly' });
    expect((await validateCandidate(world.ports())(rotation)).detail).toContain('works');
  });

  test('works if the current one is not accepted any more', async () => {
    const { world, rotation } = await staged({ scope: 'dataOnly', refreshTokens: 'singleUseOldKeyDies' });
    expect((await validateCandidate(world.ports())(rotation)).detail).toContain('works');
  });

  test('is rejected if the current one may', async () => {
    const world = createWorld();
    world.stageByHand(world.momento.issue({ kind: 'v1', lifeSeconds: day, scope: 'dataOnly' }));
    const rotation = await fetchOnce(world);
    await expect(validateCandidate(world.ports())(rotation)).rejects.toMatchObject({
      name: 'TokenRejected',
      message: expect.stringContaining('lacks a permission that the other token has'),
    });
  });
});

const promoted = async (options: WorldOptions = {}) => {
  const { world, rotation } = await staged(options);
  world.moveByHand('AWSCURRENT', rotation.currentVersionId, rotation.candidateVersionId ?? '');
  const output = {
    outcome: 'rotated',
    secretName: rotation.secretName,
    versionId: rotation.candidateVersionId as VersionId,
    previousVersionId: rotation.currentVersionId,
    validUntil: 1,
    validUntilIso: null,
    verified: false,
    detail: sentence`promoted`,
  } satisfies ExecutionOutput;
  return { world, rotation: { ...rotation, output } };
};

describe('Verify', () => {
  test('of a token that works: verified', async () => {
    const { world, rotation } = await promoted();
    expect((await verifyCurrent(world.ports())(rotation)).output).toMatchObject({ verified: true, outcome: 'rotated' });
  });

  test('reads again while AWSCURRENT is on the previous version', async () => {
    const { world, rotation } = await promoted();
    world.secretsManager.staleReads({ writes: 1, reads: 2 });
    expect((await verifyCurrent(world.ports())(rotation)).output?.verified).toBe(true);
  });

  test('if AWSCURRENT has moved: not verified, no error', async () => {
    const { world, rotation } = await promoted();
    world.importByHand();
    expect((await verifyCurrent(world.ports())(rotation)).output?.verified).toBe(false);
    expect(callsOf(world, 'listCaches')).toBe(0);
  });

  test('of a token that Momento rejects: an error, the one that rolls back', async () => {
    const { world, rotation } = await promoted();
    world.momento.revoke(keyOf(world, rotation.candidateVersionId));
    await expect(verifyCurrent(world.ports())(rotation)).rejects.toMatchObject({ name: 'TokenRejected' });
  });
});

describe('before a rollback', () => {
  test('if the promoted token is accepted again, no rollback: verified', async () => {
    const { world, rotation } = await promoted();
    const { verdict, output } = await testBoth(world.ports())(rotation);
    expect([verdict, output?.verified]).toEqual(['recovered', true]);
    expect(callsOf(world, 'listCaches')).toBe(1);
  });

  test('if the promoted token is no longer current, no rollback, even if it is rejected', async () => {
    const { world, rotation } = await promoted();
    world.momento.revoke(keyOf(world, rotation.candidateVersionId));
    const imported = world.importByHand();
    const { verdict, output } = await testBoth(world.ports())(rotation);
    expect([verdict, output?.verified, world.labels().AWSCURRENT]).toEqual(['recovered', false, imported]);
    expect(callsOf(world, 'listCaches')).toBe(0);
  });

  test('if the previous token is current already, it is tested: a rollback may have succeeded without an answer', async () => {
    const { world, rotation } = await promoted();
    world.moveByHand('AWSCURRENT', rotation.candidateVersionId ?? '', rotation.currentVersionId);
    expect(await testBoth(world.ports())(rotation)).toMatchObject({ verdict: 'works', output: { verified: false } });
  });

  test('if neither the promoted nor the previous token may list caches, no rollback', async () => {
    const { world, rotation } = await promoted({ scope: 'dataOnly' });
    const { verdict, output } = await testBoth(world.ports())(rotation);
    expect([verdict, output?.verified]).toEqual(['recovered', true]);
  });

  test('if the promoted token is rejected, the previous one is tested', async () => {
    const { world, rotation } = await promoted();
    world.momento.revoke(keyOf(world, rotation.candidateVersionId));
    expect(await testBoth(world.ports())(rotation)).toMatchObject({ verdict: 'works', output: { verified: false } });
    world.momento.revoke(keyOf(world, rotation.currentVersionId));
    expect(await testBoth(world.ports())(rotation)).toMatchObject({ verdict: 'rejected', output: { verified: false } });
  });
});

test('a dry run says what Fetch decided and whether the current token works', async () => {
  const world = createWorld();
  const rotation = await fetchOnce(world, { request: { dryRun: true } });
  const { output } = await rehearse(world.ports())(rotation);
  expect(output).toMatchObject({ outcome: 'dryRun', versionId: rotation.currentVersionId, verified: false });
  expect(output?.detail).toMatch(/→ refresh; the token \S+ works; nothing was changed/);
});
