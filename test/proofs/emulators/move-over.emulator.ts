import './second-ministack';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openServedCloud, type ServedCloud } from '../../../local/serve';
import { createTerminal } from '../../../terminal/terminal';
import { paper } from '../../papers/papers';
import { current, disconnect, labelled, secretName, secretNames } from './deployed';
import { folder, printed, signIn, succeeds, tokenFile } from './person';
import { deployPredecessor } from './predecessor';
import { createPersonsShell, neverAsked, paperCommand } from './shell';
import { startWatchedMomento, type WatchedMomento } from './watched-momento';

// The way over from the Lambda that Secrets Manager's own rotation calls, by the commands of docs/move-over.md, in
// their order. Secrets Manager's own rotation is played by the embedded one, since MiniStack cannot switch it off;
// all else is MiniStack's.

const config = {
  endpoint: process.env.MINISTACK_URL ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const stacks = new CloudFormationClient(config);
const secrets = new SecretsManagerClient(config);

let momento: WatchedMomento;
let functionArn: string;

beforeAll(async () => {
  momento = await startWatchedMomento();
  signIn(momento.url);
  functionArn = await deployPredecessor(stacks, secretName);
  writeFileSync(tokenFile(), JSON.stringify(momento.issue()), { mode: 0o600 });
  await succeeds(paperCommand('aws secretsmanager put-secret-value'), folder);
  await succeeds(paperCommand('npx cdk bootstrap'));
});

afterAll(async () => {
  await momento?.close();
  disconnect();
  stacks.destroy();
  secrets.destroy();
});

describe('Secrets Manager’s own rotation', () => {
  let served: ServedCloud;

  beforeAll(async () => {
    const serve = { everySeconds: undefined, stateFolder: undefined };
    const options = { secret: secretName, tokenFileText: undefined, rotateBefore: undefined, singleUse: false };
    served = await openServedCloud({ ...options, fail: undefined, serve }, createTerminal({ write: () => {} }, {}));
    served.cloud.secretsManager.nativeRotationStarted(secretName, 'a'.repeat(32));
  });

  afterAll(() => served.close());

  test('while it is on, a rotation is refused, and changes nothing; the page’s command and that of the error let it go on', async () => {
    const run = createPersonsShell({ HOME: folder, ...served.env });
    const look = paperCommand('aws secretsmanager describe-secret');
    expect(JSON.parse((await run(look)).stdout)).toMatchObject({ rotates: true });
    const before = served.cloud.secretsManager.snapshot(secretName);
    const refused = await run('npx momento-rotation rotate --json');
    expect([refused.status, JSON.parse(refused.stdout)]).toMatchObject([
      2,
      { outcome: 'failed', error: 'InvalidInput' },
    ]);
    expect(served.cloud.secretsManager.snapshot(secretName)).toEqual(before);

    expect((await run(paperCommand('aws secretsmanager cancel-rotate-secret'))).status).toBe(0);
    const { message } = JSON.parse((await run('npx momento-rotation rotate --json')).stdout) as { message: string };
    const [remedy = ''] = /aws secretsmanager update-secret-version-stage [^)]*/.exec(message) ?? [];
    expect((await run(remedy)).status).toBe(0);
    expect(JSON.parse((await run('npx momento-rotation rotate --json')).stdout)).toMatchObject({ outcome: 'rotated' });
  });
});

test('the stack is deployed over the secret, and leaves it as it is', async () => {
  const before = await current();
  await succeeds(paperCommand('npm run deploy -- -c existingSecrets'));
  expect(await current()).toEqual(before);
});

test('a rehearsal changes nothing, a rotation gives the secret a new token, and the doctor finds nothing wrong', async () => {
  const before = await current();
  const rehearsed = printed(await succeeds(`${paperCommand('npx momento-rotation rotate --dry-run')} --json`));
  expect(rehearsed).toMatchObject({ outcome: 'dryRun', versionId: before.versionId });
  const rotated = printed(await succeeds(`${paperCommand('npx momento-rotation rotate')} --json`));
  expect(rotated).toMatchObject({ outcome: 'rotated', previousVersionId: before.versionId, verified: true });
  await succeeds(paperCommand('npx momento-rotation doctor'));
});

test('the old stack lets go of the secret before it is deleted, and the token stays current', async () => {
  const before = await current();
  const steps = [
    'aws cloudformation get-template --stack-name momento-auth-token-refresh-stack --query TemplateBody >',
    'jq ',
    'aws cloudformation update-stack',
    'aws cloudformation wait stack-update-complete',
  ];
  for (const step of steps) await succeeds(paperCommand(step), folder);
  const kept = readFileSync(join(folder, 'old-stack-kept.json'), 'utf8');
  expect(kept.match(/"Retain"/g)).toHaveLength(2);
  const look = 'aws cloudformation get-template --stack-name momento-auth-token-refresh-stack --query TemplateBody |';
  expect(JSON.parse((await succeeds(paperCommand(look))).stdout)).toEqual(['Retain']);
  await succeeds(paperCommand('aws cloudformation delete-stack'));
  await succeeds(paperCommand('aws cloudformation wait stack-delete-complete'));
  expect(await secretNames()).toContain(secretName);
  expect(await current()).toEqual(before);
  await succeeds(paperCommand('npx momento-rotation status'));
});

test('without that, the secret would have gone with its stack', async () => {
  const other = 'momento/another';
  await deployPredecessor(stacks, other);
  expect(await secretNames()).toContain(other);
  await succeeds(paperCommand('aws cloudformation delete-stack'));
  await succeeds(paperCommand('aws cloudformation wait stack-delete-complete'));
  expect(await secretNames()).not.toContain(other);
});

test('the way back leaves the secret with its token, and Secrets Manager takes the rotation on again', async () => {
  const before = await current();
  await succeeds(paperCommand('npm run destroy'));
  expect(await current()).toEqual(before);
  expect(await labelled()).not.toHaveProperty('AWSPENDING');
  // What a secret keeps of its rotation while that is off; MiniStack cannot switch it off.
  const rotation = { RotationLambdaARN: functionArn, RotationRules: { AutomaticallyAfterDays: 1 } };
  await secrets.send(new RotateSecretCommand({ SecretId: secretName, ...rotation, RotateImmediately: false }));
  await succeeds(paperCommand('aws secretsmanager rotate-secret'));
});

test('every command of the page was run here', () => {
  expect(neverAsked([paper('docs/move-over.md')])).toEqual([]);
});
