import type { EmbeddedCloud } from '../../../local/cloud/embedded-cloud';
import { LostReply, ServiceError } from '../../../local/cloud/wire/service';
import { secretName } from '../../cloud';
import { before, withOperator } from '../operator';

test('an answer that is lost after the effect is not a failure', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const { secretsManager } = cloud;
    const { call } = secretsManager;
    let lost = false;
    secretsManager.call = (action, input) => {
      const reply = call(action, input);
      if (action !== 'UpdateSecretVersionStage' || lost) return reply;
      lost = true;
      throw new LostReply();
    };
    const { code, json } = await run(['import', download('token.json'), '--json']);
    expect([lost, code]).toEqual([true, 0]);
    expect(labels().AWSCURRENT).toBe(json().versionId);
  }));

test('Ctrl-C during a write finishes the write, asks nothing, and ends with its exit code', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const current = labels().AWSCURRENT;
    let pressCtrlC = () => {};
    before(cloud, 'PutSecretValue', () => pressCtrlC());
    const { code, err } = await run(['import', download('token.json')], {
      answers: 'y\n',
      onStart: (press) => {
        pressCtrlC = press;
      },
    });
    expect(code).toBe(130);
    expect(err).toContain('Finishing an operation that must not be interrupted.');
    expect(err).not.toContain('[y/N]');
    expect(labels().AWSPREVIOUS).toBe(current);
  }));

/** Another import, which is faster. */
const importElsewhere = (cloud: EmbeddedCloud): string => {
  const ClientRequestToken = crypto.randomUUID();
  const SecretString = JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: 86_400 }));
  cloud.secretsManager.call('PutSecretValue', { SecretId: secretName, ClientRequestToken, SecretString });
  return ClientRequestToken;
};

test('a token that someone else makes current during the import is not replaced, and nothing stays pending', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    let theirs: string | undefined;
    before(cloud, 'UpdateSecretVersionStage', () => {
      theirs ??= importElsewhere(cloud);
    });
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, err]).toEqual([1, expect.stringContaining('became current in the meantime')]);
    expect(labels()).toMatchObject({ AWSCURRENT: theirs });
    expect(labels()).not.toHaveProperty('AWSPENDING');
  }));

test('the next rotation completes an interrupted import', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    let isDown = true;
    before(cloud, 'UpdateSecretVersionStage', () => {
      if (isDown) throw new ServiceError('InternalServiceError', 'down');
    });
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('The token is stored as pending and may not be current yet.'),
    ]);
    const { AWSPENDING } = labels();
    isDown = false;
    expect((await run(['rotate', '--json'])).json()).toMatchObject({ outcome: 'resumed', versionId: AWSPENDING });
  }));

test('an import succeeds even if AWSPENDING cannot be removed', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    before(cloud, 'UpdateSecretVersionStage', ({ VersionStage }) => {
      if (VersionStage === 'AWSPENDING') throw new ServiceError('InternalServiceError', 'down');
    });
    expect((await run(['import', download('token.json')])).code).toBe(0);
    expect(labels().AWSPENDING).toBe(labels().AWSCURRENT);
  }));
