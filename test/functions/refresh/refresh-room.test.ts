import { refreshToken } from '../../../functions/refresh/refresh';
import { callsOf, createWorld, day, fetchOnce, secretName, type World } from '../fake-ports';
import { current, refresh } from './refreshing';

test('a document that leaves no room for a new token is refused before Momento is called', async () => {
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
  /** Fills the secret, as a user who stores values again and again. */
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

  test('of the last day that leave no room for the token after the claim: neither is put, and Momento is not called', async () => {
    const world = createWorld();
    // With current these are 98, and a claim, a token and a claim given back would be 101.
    storeOften(world, 97);
    await expect(refresh(world)).rejects.toMatchObject({
      name: 'SecretsManagerUnavailable',
      message: expect.stringContaining('98 versions'),
    });
    expect([callsOf(world, 'refresh'), callsOf(world, 'PutSecretValue')]).toEqual([0, 0]);
  });

  test('that leave no room do not prevent that a staged token is resumed', async () => {
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
