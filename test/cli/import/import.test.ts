import { readFileSync } from 'node:fs';
import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { startMomentoServer } from '../../../local/cloud/momento/momento-grpc';
import { secretName } from '../../cloud';
import { withOperator } from '../operator';

const day = 86_400;

test('a token becomes the current version unchanged, and nothing stays pending', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const before = labels().AWSCURRENT;
    const file = download('token.json');
    const { code, out, err } = await run(['import', file]);
    expect(code).toBe(0);
    expect(out).toContain('Stored as the current version');
    expect(err).toContain('still holds the token: delete it');
    const { AWSCURRENT, AWSPREVIOUS, AWSPENDING } = labels();
    expect([AWSPREVIOUS, AWSPENDING]).toEqual([before, undefined]);
    expect(cloud.secretsManager.storedValue(secretName, AWSCURRENT ?? '')).toBe(readFileSync(file, 'utf8'));
  }));

test('--json prints one object and asks nothing', () =>
  withOperator({}, async ({ run, download, labels }) => {
    const previousVersionId = labels().AWSCURRENT;
    const { code, json } = await run(['import', download('token.json'), '--json'], { answers: 'y\n' });
    expect(code).toBe(0);
    expect(json()).toEqual({
      outcome: 'imported',
      secretName,
      versionId: labels().AWSCURRENT,
      previousVersionId,
      validUntil: expect.any(Number),
      validUntilIso: expect.any(String),
      created: false,
      checked: true,
    });
  }));

test('a secret that does not exist is created', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    const { code, json } = await run(['import', download('token.json'), '--secret', 'another/secret', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ secretName: 'another/secret', created: true, previousVersionId: null });
    const { versionId } = json() as { versionId: string };
    expect(Object.fromEntries(cloud.secretsManager.labels('another/secret'))).toEqual({ AWSCURRENT: versionId });
  }));

test('a stale AWSPENDING is removed, and the version that had it is named', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const leftover = crypto.randomUUID();
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      ClientRequestToken: leftover,
      SecretString: JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: day })),
      VersionStages: ['AWSPENDING'],
    });
    const { out } = await run(['import', download('token.json')]);
    expect(out).toContain(`Removed AWSPENDING from version ${leftover.slice(0, 8)}`);
    expect(labels()).not.toHaveProperty('AWSPENDING');
  }));

test('a token that Momento does not accept is not stored, unless the test is switched off', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const before = labels().AWSCURRENT;
    const file = download('token.json');
    cloud.momento.revoke((JSON.parse(readFileSync(file, 'utf8')) as { authToken: string }).authToken);
    const refused = await run(['import', file]);
    expect([refused.code, labels().AWSCURRENT]).toEqual([2, before]);
    expect(refused.err).toContain('Momento does not accept the token');
    const { code, json } = await run(['import', file, '--no-check', '--json']);
    expect([code, json().checked]).toEqual([0, false]);
    expect(labels().AWSCURRENT).not.toBe(before);
  }));

test('if Momento gives no answer, nothing is stored, and the exit code differs from that of a rejected token', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const before = labels().AWSCURRENT;
    const down = await startMomentoServer(cloud.momento, {
      intercept: async () => {
        throw new MomentoStatus(status.UNAVAILABLE, 'down');
      },
    });
    const env = { MOMENTO_ENDPOINT_OVERRIDE: down.url };
    const { code, err } = await run(['import', download('token.json')], { env });
    await down.close();
    expect([code, labels().AWSCURRENT]).toEqual([1, before]);
    expect(err).toContain('Momento could not be asked');
    const wrong = { MOMENTO_ENDPOINT_OVERRIDE: 'http://momento.example' };
    expect(await run(['import', download('token.json')], { env: wrong })).toMatchObject({
      code: 2,
      err: expect.stringContaining('MOMENTO_ENDPOINT_OVERRIDE must be'),
    });
  }));

test('a current token that expires later is replaced only with --replace', () =>
  withOperator({}, async ({ run, download, labels }) => {
    const before = labels().AWSCURRENT;
    const file = download('short.json', { lifeSeconds: day / 2 });
    const refused = await run(['import', file]);
    expect([refused.code, labels().AWSCURRENT]).toEqual([2, before]);
    expect(refused.err).toMatch(/is valid until .*, longer than this one/);
    expect((await run(['import', file, '--replace'])).code).toBe(0);
    expect(labels().AWSCURRENT).not.toBe(before);
  }));

test('without a stack, a secret that was not named is not created', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    cloud.secretsManager.call('DeleteSecret', { SecretId: secretName, ForceDeleteWithoutRecovery: true });
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, err]).toEqual([2, expect.stringContaining('Name yours with --secret')]);
    expect((await run(['import', download('token.json'), '--secret', secretName])).code).toBe(0);
  }));

test('automatic rotation must be switched off first', () =>
  withOperator({}, async ({ run, download, cloud, labels }) => {
    const before = labels().AWSCURRENT;
    cloud.secretsManager.nativeRotationStarted(secretName, crypto.randomUUID());
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, labels().AWSCURRENT]).toEqual([2, before]);
    expect(err).toContain('aws secretsmanager cancel-rotate-secret');
  }));

test('a secret that is scheduled for deletion is not changed', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    const file = download('token.json');
    cloud.secretsManager.call('DeleteSecret', { SecretId: secretName });
    const { code, err } = await run(['import', file]);
    expect([code, err]).toEqual([2, expect.stringContaining('aws secretsmanager restore-secret')]);
    cloud.secretsManager.call('RestoreSecret', { SecretId: secretName });
  }));
