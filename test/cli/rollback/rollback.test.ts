import { CLAIM, CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../../functions/secret/versions';
import { createStepFunctions } from '../../../local/cloud/step-functions/step-functions';
import { LostReply, ServiceError } from '../../../local/cloud/wire/service';
import { stateMachineArn } from '../../../local/machine/machine';
import { secretName, withCloud } from '../../cloud';
import { before, type Ran, runProgram, withOperator } from '../operator';

const day = 86_400;

test('the previous version becomes current again, and the next run does not promote the newer one', () =>
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

test('after a rollback, the next run refreshes the restored token', () =>
  withCloud({}, async ({ cloud, machine, clock }) => {
    cloud.serveStepFunctions(createStepFunctions({ machine, clock }));
    const { versionId: rotated, previousVersionId: first } = (await machine.start({})).output as Record<string, string>;
    const env = { ...cloud.env, MOMENTO_ROTATION_STATE_MACHINE_ARN: stateMachineArn };
    expect(await runProgram(['rollback', '--to', 'previous', '--yes'], env)).toMatchObject({ code: 0 });
    // Until the last claim has ended.
    await clock.sleep(300_000);
    const { output } = await machine.start({});
    expect(output).toMatchObject({ outcome: 'rotated', previousVersionId: first });
    expect((output as { versionId: string }).versionId).not.toBe(rotated);
  }));

test('a rollback is refused while a rotation runs, because its token would replace the restored one', () =>
  withOperator({ fail: 'validate:MomentoUnavailable:always' }, async ({ run, labels }) => {
    const waiting = await run(['rotate'], { interruptAt: 'MomentoUnavailable' });
    expect(waiting.code).toBe(130);
    const before = labels();
    const { code, err } = await run(['rollback', '--to', before[PENDING] ?? '', '--yes']);
    expect([code, err]).toEqual([1, expect.stringMatching(/is running \(by-hand-\S+\).*Nothing was changed/)]);
    expect(labels()).toEqual(before);
  }));

test('an answer that is lost after the effect is not a failure', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const first = labels()[CURRENT];
    await run(['rotate', '--json']);
    const { secretsManager } = cloud;
    const { call } = secretsManager;
    let lost = 0;
    secretsManager.call = (action, input) => {
      const reply = call(action, input);
      if (action !== 'UpdateSecretVersionStage' || lost % 2 === 1) return reply;
      lost += 1;
      throw new LostReply();
    };
    const { code, json } = await run(['rollback', '--to', 'previous', '--yes', '--json']);
    expect([lost > 0, code]).toEqual([true, 0]);
    expect(json().takenOff).toHaveLength(1);
    expect(labels()).toMatchObject({ [CURRENT]: first });
    expect(labels()).not.toHaveProperty(SUCCESSOR);
  }));

test('a version is named by its id, or by a unique part of its beginning or end as status shows it', () =>
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

test('the claim and the current version cannot be restored', () =>
  withOperator({}, async ({ run, labels }) => {
    await run(['rotate', '--json']);
    const before = labels();
    const to = (version = '') => run(['rollback', '--to', version, '--yes']);
    expect((await to(before[CLAIM])).err).toContain('is a lock (claim)');
    expect((await to(before[CURRENT])).err).toContain('is already current');
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

test('nothing changes before the user says yes; without a terminal --yes is required', () =>
  withOperator({}, async ({ run, labels }) => {
    await run(['rotate', '--json']);
    const before = labels();
    const no = await run(['rollback', '--to', 'previous'], { answers: 'n\n' });
    expect([no.code, labels()]).toEqual([1, before]);
    expect(no.err.replace(/\s+/g, ' ')).toMatch(/Make it current instead of .*\? \[y\/N\]/);
    const unattended = await run(['rollback', '--to', 'previous']);
    expect([unattended.code, labels()]).toEqual([2, before]);
    expect(unattended.err).toContain('--yes');
    expect((await run(['rollback', '--to', 'previous'], { answers: 'yes\n' })).code).toBe(0);
    expect(labels()).not.toEqual(before);
  }));

test('a version that someone else makes current during the rollback stays current', () =>
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
    expect([code, err]).toEqual([1, expect.stringContaining('Another version of')]);
    expect(labels()[CURRENT]).toBe(theirs);
  }));

test('if a label cannot be removed, the message has the command that completes the rollback', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const { [CURRENT]: first } = labels();
    await run(['rotate', '--json']);
    before(cloud, 'UpdateSecretVersionStage', ({ VersionStage }) => {
      if (VersionStage === SUCCESSOR) throw new ServiceError('InternalServiceError', 'down');
    });
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect(code).toBe(1);
    expect(err).toContain('is current again, but another version may still have AWSPENDING or momento-successor');
    expect(err).toContain(`npx momento-rotation rollback --secret ${secretName} --to ${first}\n`);
  }));

test('the same command completes an interrupted rollback', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const first = labels()[CURRENT] ?? '';
    await run(['rotate', '--json']);
    let isRefused = false;
    let broken: Ran | undefined;
    before(cloud, 'UpdateSecretVersionStage', ({ VersionStage }) => {
      isRefused = VersionStage === CURRENT;
    });
    before(cloud, 'DescribeSecret', () => {
      if (isRefused && broken === undefined) throw new ServiceError('AccessDeniedException', 'no');
    });
    broken = await run(['rollback', '--to', first, '--yes']);
    expect([broken.code, labels()[CURRENT]]).toEqual([1, first]);
    expect(broken.err).toContain(
      'is current again, but another version may still have AWSPENDING or momento-successor',
    );
    // Which is the version that was turned away from by now.
    expect(await run(['rollback', '--to', 'previous', '--yes'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`finish one that was interrupted: npx momento-rotation rollback --to ${first}`),
    });
    expect((await run(['rollback', '--to', first, '--yes'])).code).toBe(0);
    expect(labels()).not.toHaveProperty(SUCCESSOR);
  }));

test('without an answer, the message says that the result of the move is unknown', () =>
  withOperator({}, async ({ run, labels, cloud }) => {
    const { [CURRENT]: first } = labels();
    await run(['rotate', '--json']);
    const { secretsManager } = cloud;
    const { call } = secretsManager;
    let isDown = false;
    secretsManager.call = (action, input) => {
      if (isDown) throw new ServiceError('InternalServiceError', 'down');
      const reply = call(action, input);
      isDown = action === 'UpdateSecretVersionStage';
      if (isDown) throw new LostReply();
      return reply;
    };
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect([code, labels()[CURRENT]]).toEqual([1, first]);
    expect(err).toMatch(/^It is unknown whether version .* became current\./);
    expect(err).toContain(`To finish the rollback: npx momento-rotation rollback --secret ${secretName} --to ${first}`);
  }));

test.each([
  ['InvalidParameterException', '(InvalidParameterException)'],
  ['InvalidRequestException', 'cannot be used: it is scheduled for deletion, is a replica'],
])('if AWS refuses the move (%s) although AWSCURRENT has not moved, the message says so', (refusal, told) =>
  withOperator({}, async ({ run, labels, cloud }) => {
    await run(['rotate', '--json']);
    const current = labels();
    before(cloud, 'UpdateSecretVersionStage', () => {
      throw new ServiceError(refusal, 'no');
    });
    const { code, err } = await run(['rollback', '--to', 'previous', '--yes']);
    expect([code, labels()]).toEqual([1, current]);
    expect(err).toContain(told);
    expect(err).not.toContain('became current in the meantime');
  }),
);
