import { chmodSync, existsSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MomentoStatus, status } from '../../local/cloud/momento';
import { startMomentoServer } from '../../local/cloud/momento-grpc';
import { LostReply, ServiceError } from '../../local/cloud/service';
import type { EmbeddedCloud } from '../../local/embedded-cloud';
import { secretName } from '../cloud';
import { before, withOperator } from './operator';

const day = 86_400;

test('a token becomes the current version as it is, and nothing is left pending', () =>
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

test('a token comes from standard input as well', () =>
  withOperator({}, async ({ run, download, labels }) => {
    const before = labels().AWSCURRENT;
    const text = readFileSync(download('token.json'), 'utf8');
    expect(await run(['import', '-'], { input: text })).toMatchObject({ code: 0, err: '' });
    expect(labels().AWSCURRENT).not.toBe(before);
    expect(await run(['import', '-'], { input: '' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('What came on standard input is empty.'),
    });
    expect(await run(['import', '-'], { input: 'x'.repeat(100_000) })).toMatchObject({
      code: 2,
      err: expect.stringContaining('is larger than the 65536 bytes'),
    });
  }));

test('a token in the place of a name is not repeated', () =>
  withOperator({}, async ({ run, download }) => {
    const text = readFileSync(download('token.json'), 'utf8');
    const { authToken } = JSON.parse(text) as { authToken: string };
    // As Momento's refresh tokens look.
    const refreshToken = 'q7Zk2_vT9xLw0RbYc4Hs-Jm8NfPd3GuEaW1iXoK6tVs';
    const places = (token: string) => [
      ['import', token],
      ['import', `./${token}`],
      ['import', `--token=${token}`],
      ['import', `--${token}`],
      [token],
      ['status', '--profile', token],
      ['status', '--region', token],
      ['status', '--stack', token],
      ['rollback', '--to', token, '--yes'],
    ];
    for (const args of [
      ['import', text],
      ['import', '-', '--secret', authToken],
      ...[authToken, refreshToken].flatMap(places),
    ]) {
      const { out, err } = await run(args, { env: { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1' } });
      expect([out, err].some((printed) => printed.includes(authToken) || printed.includes(refreshToken))).toBe(false);
    }
  }));

test('a secret that is not there is made', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    const { code, json } = await run(['import', download('token.json'), '--secret', 'another/secret', '--json']);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ secretName: 'another/secret', created: true, previousVersionId: null });
    const { versionId } = json() as { versionId: string };
    expect(Object.fromEntries(cloud.secretsManager.labels('another/secret'))).toEqual({ AWSCURRENT: versionId });
  }));

test('a left-over AWSPENDING is taken off, and the version that had it is named', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    const leftover = crypto.randomUUID();
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      ClientRequestToken: leftover,
      SecretString: JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: day })),
      VersionStages: ['AWSPENDING'],
    });
    const { out } = await run(['import', download('token.json')]);
    expect(out).toContain(`AWSPENDING was taken off version ${leftover.slice(0, 8)}`);
    expect(labels()).not.toHaveProperty('AWSPENDING');
  }));

test('a token that Momento does not accept is not stored, unless it is not asked', () =>
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

test('while Momento cannot tell nothing is stored, and the exit code says that it was not the token', () =>
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

test('a current token that lives longer is kept, unless it is to be replaced', () =>
  withOperator({}, async ({ run, download, labels }) => {
    const before = labels().AWSCURRENT;
    const file = download('short.json', { lifeSeconds: day / 2 });
    const refused = await run(['import', file]);
    expect([refused.code, labels().AWSCURRENT]).toEqual([2, before]);
    expect(refused.err).toMatch(/lives until .*, longer than this one/);
    expect((await run(['import', file, '--replace'])).code).toBe(0);
    expect(labels().AWSCURRENT).not.toBe(before);
  }));

const documents: readonly [string, string, RegExp][] = [
  ['no JSON', 'abc', /is no Momento token: it is no JSON/],
  ['cut off', '{"authToken": "canary', /it was cut off or changed/],
  ['without fields', '{}', /"authToken" \(or "apiKey"\) is missing, "validUntil" is missing/],
  ['expired', JSON.stringify({ authToken: 'a', refreshToken: 'b', validUntil: 1_700_000_000 }), /expired .* ago/],
  ['without a refresh token', JSON.stringify({ authToken: 'a', validUntil: 4_000_000_000 }), /without a refresh token/],
];

test('what is no token that can be rotated is refused in one sentence that names what is wrong', () =>
  withOperator({}, async ({ run, folder, labels }) => {
    const before = labels().AWSCURRENT;
    for (const [what, text, expected] of documents) {
      const file = join(folder, `${what}.json`);
      writeFileSync(file, text, { mode: 0o600 });
      const { code, err } = await run(['import', file]);
      expect([what, code, err]).toEqual([what, 2, expect.stringMatching(expected)]);
      expect(err.trim()).not.toContain('\n');
    }
    expect((await run(['import', join(folder, 'absent.json')])).err).toContain('does not exist');
    expect(labels().AWSCURRENT).toBe(before);
  }));

test('a file that others can read is warned of', () =>
  withOperator({}, async ({ run, download }) => {
    const file = download('token.json');
    expect((await run(['import', file])).err).not.toContain('chmod');
    chmodSync(file, 0o644);
    expect((await run(['import', file])).err).toContain(`chmod 600 ${file}`);
  }));

test('the file is deleted when a person or an option says so, and only then', () =>
  withOperator({}, async ({ run, download }) => {
    const file = download('token.json');
    await run(['import', file], { answers: '\n' });
    expect(existsSync(file)).toBe(true);
    const { err } = await run(['import', file], { answers: 'y\n' });
    expect(err.replace(/\s+/g, ' ')).toMatch(/Delete .*\? It still holds the token\. \[y\/N\]/);
    expect(existsSync(file)).toBe(false);
    const other = download('other.json');
    await run(['import', other, '--delete-file']);
    expect(existsSync(other)).toBe(false);
    const refused = download('refused.json', { lifeSeconds: 3_600 });
    await run(['import', refused, '--delete-file']);
    expect(existsSync(refused)).toBe(true);
  }));

test('what a link leads to is deleted with it', () =>
  withOperator({}, async ({ run, download, folder }) => {
    const file = download('token.json');
    const link = join(folder, 'link.json');
    symlinkSync(file, link);
    expect((await run(['import', link, '--delete-file'])).err).toContain(
      `${realpathSync(folder)}/token.json was deleted.`,
    );
    expect([existsSync(file), existsSync(link)]).toEqual([false, false]);
  }));

test('a secret that was not named is not made where no stack says what it is called', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    cloud.secretsManager.call('DeleteSecret', { SecretId: secretName, ForceDeleteWithoutRecovery: true });
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, err]).toEqual([2, expect.stringContaining('Name yours with --secret')]);
    expect((await run(['import', download('token.json'), '--secret', secretName])).code).toBe(0);
  }));

test('an answer that gets lost after the effect is no failure', () =>
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

test('Ctrl-C while it is written finishes that, asks nothing, and ends with its code', () =>
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
    expect(err).toContain('Finishing what must not be left half done.');
    expect(err).not.toContain('[y/N]');
    expect(labels().AWSPREVIOUS).toBe(current);
  }));

test('a native rotation has to be switched off first', () =>
  withOperator({}, async ({ run, download, cloud, labels }) => {
    const before = labels().AWSCURRENT;
    cloud.secretsManager.nativeRotationStarted(secretName, crypto.randomUUID());
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, labels().AWSCURRENT]).toEqual([2, before]);
    expect(err).toContain('aws secretsmanager cancel-rotate-secret');
  }));

test('a secret that is scheduled for deletion is left alone', () =>
  withOperator({}, async ({ run, download, cloud }) => {
    const file = download('token.json');
    cloud.secretsManager.call('DeleteSecret', { SecretId: secretName });
    const { code, err } = await run(['import', file]);
    expect([code, err]).toEqual([2, expect.stringContaining('aws secretsmanager restore-secret')]);
    cloud.secretsManager.call('RestoreSecret', { SecretId: secretName });
  }));

/** Another import, which is faster. */
const importElsewhere = (cloud: EmbeddedCloud): string => {
  const ClientRequestToken = crypto.randomUUID();
  const SecretString = JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: day }));
  cloud.secretsManager.call('PutSecretValue', { SecretId: secretName, ClientRequestToken, SecretString });
  return ClientRequestToken;
};

test('a token that somebody else makes current meanwhile is not replaced, and nothing is left pending', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    let theirs: string | undefined;
    before(cloud, 'UpdateSecretVersionStage', () => {
      theirs ??= importElsewhere(cloud);
    });
    const { code, err } = await run(['import', download('token.json')]);
    expect([code, err]).toEqual([1, expect.stringContaining('Somebody else made another version')]);
    expect(labels()).toMatchObject({ AWSCURRENT: theirs });
    expect(labels()).not.toHaveProperty('AWSPENDING');
  }));

test('an import that breaks off half-way is finished by the next rotation', () =>
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

test('an import is one although AWSPENDING cannot be taken off again', () =>
  withOperator({}, async ({ run, download, labels, cloud }) => {
    before(cloud, 'UpdateSecretVersionStage', ({ VersionStage }) => {
      if (VersionStage === 'AWSPENDING') throw new ServiceError('InternalServiceError', 'down');
    });
    expect((await run(['import', download('token.json')])).code).toBe(0);
    expect(labels().AWSPENDING).toBe(labels().AWSCURRENT);
  }));
