import { CLAIM, CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../functions/versions';
import { ServiceError } from '../../local/cloud/service';
import { secretName } from '../cloud';
import { createWorld } from '../world';
import { before, withOperator } from './operator';

const day = 86_400;

test('the previous version becomes current again, and nothing leads the next run forward', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const first = labels()[CURRENT];
    await run(['rotate', '--json']);
    const rotated = labels()[CURRENT];
    const staged = crypto.randomUUID();
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      ClientRequestToken: staged,
      SecretString: JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: day })),
      VersionStages: [PENDING],
    });
    const { code, json } = await run(['rollback', '--to', 'previous', '--yes', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({
      outcome: 'rolledBack',
      secretName,
      versionId: first,
      previousVersionId: rotated,
      validUntil: expect.any(Number),
      takenOff: [
        { label: PENDING, versionId: staged },
        { label: SUCCESSOR, versionId: rotated },
      ],
    });
    expect(labels()).toEqual({ [CURRENT]: first, [PREVIOUS]: rotated, [CLAIM]: expect.any(String) });
  }));

test('after a roll back by hand the next run makes a new token from the one that was gone back to', async () => {
  const world = createWorld();
  const { versionId: rotated, previousVersionId: first } = (await world.machine.start({})).output as Record<
    'versionId' | 'previousVersionId',
    string
  >;
  world.moveByHand(CURRENT, rotated, first);
  world.moveByHand(SUCCESSOR, rotated);
  world.clock.pass(300_000);
  const { output } = await world.machine.start({});
  expect(output).toMatchObject({ outcome: 'rotated', previousVersionId: first });
  expect((output as { versionId: string }).versionId).not.toBe(rotated);
});

test('a version is named by its id or enough of either end of it, as status shows it', () =>
  withOperator({}, async ({ run, labels }) => {
    const first = labels()[CURRENT] ?? '';
    await run(['rotate', '--json']);
    const rotated = labels()[CURRENT] ?? '';
    for (const [to, expected] of [
      [`${first.slice(0, 8)}…`, first],
      [`…${rotated.slice(-8)}`, rotated],
      [first, first],
    ] as const) {
      expect((await run(['rollback', '--to', to, '--yes'])).code).toBe(0);
      expect(labels()[CURRENT]).toBe(expected);
    }
  }));

test.each([
  ['previous', 'has no previous version'],
  ['zzzz', 'has no version zzzz'],
  ['-', 'has no version -'],
])('--to %s, which is not there, is refused', (to, expected) =>
  withOperator({}, async ({ run, labels }) => {
    const before = labels();
    expect(await run(['rollback', '--to', to, '--yes'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(expected),
    });
    expect(labels()).toEqual(before);
  }),
);

test('the claim and the current version are no place to go back to', () =>
  withOperator({}, async ({ run, labels }) => {
    await run(['rotate', '--json']);
    const before = labels();
    const to = (version = '') => run(['rollback', '--to', version, '--yes']);
    expect((await to(before[CLAIM])).err).toContain('is a claim');
    expect((await to(before[CURRENT])).err).toContain('is current already');
    expect(labels()).toEqual(before);
  }));

test('a token that Momento does not accept is refused', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const first = cloud.secretsManager.storedValue(secretName, labels()[CURRENT] ?? '') ?? '';
    await run(['rotate', '--json']);
    const before = labels();
    cloud.momento.revoke((JSON.parse(first) as { authToken: string }).authToken);
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect([code, labels()]).toEqual([2, before]);
    expect(err).toContain('Momento does not accept the token');
  }));

test('nothing happens before a person says yes, and without a person --yes is needed', () =>
  withOperator({}, async ({ run, labels }) => {
    await run(['rotate', '--json']);
    const before = labels();
    const no = await run(['rollback', '--to', 'previous'], { answers: 'n\n' });
    expect([no.code, labels()]).toEqual([1, before]);
    expect(no.err).toMatch(/Make it current instead of .*\? \[y\/N\]/);
    const nobody = await run(['rollback', '--to', 'previous']);
    expect([nobody.code, labels()]).toEqual([2, before]);
    expect(nobody.err).toContain('--yes');
    expect((await run(['rollback', '--to', 'previous'], { answers: 'yes\n' })).code).toBe(0);
    expect(labels()).not.toEqual(before);
  }));

test('what somebody else makes current meanwhile stays', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    await run(['rotate', '--json']);
    const theirs = crypto.randomUUID();
    let moved = false;
    before(cloud, 'UpdateSecretVersionStage', () => {
      if (moved) return;
      moved = true;
      const SecretString = JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: day }));
      cloud.secretsManager.call('PutSecretValue', { SecretId: secretName, ClientRequestToken: theirs, SecretString });
    });
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect([code, err]).toEqual([1, expect.stringContaining('Somebody else made another version')]);
    expect(labels()[CURRENT]).toBe(theirs);
  }));

test('a label that cannot be taken off is named, with the command that takes it off', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    await run(['rotate', '--json']);
    const { [CURRENT]: rotated } = labels();
    before(cloud, 'UpdateSecretVersionStage', ({ VersionStage }) => {
      if (VersionStage === SUCCESSOR) throw new ServiceError('InternalServiceError', 'down');
    });
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('is current again, but momento-successor could not be taken off');
    expect(err).toContain(`--version-stage momento-successor --remove-from-version-id ${rotated}`);
  }));
