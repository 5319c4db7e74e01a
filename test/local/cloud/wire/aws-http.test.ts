import { connect } from 'node:net';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { createSecretsManager } from '../../../../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../../../../local/cloud/sns/sns';
import { type AwsServer, startAwsServer } from '../../../../local/cloud/wire/aws-http';
import { type Intercept, interceptable, LostReply, ServiceError } from '../../../../local/cloud/wire/service';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

let server: AwsServer;
let intercept: Intercept;
const clients: { destroy(): void }[] = [];

beforeEach(async () => {
  intercept = (_, proceed) => proceed();
  const clock = { now: () => 1_800_000_000_123 };
  const secretsManager = createSecretsManager({ clock });
  secretsManager.call('CreateSecret', {
    Name: 'a/secret',
    SecretString: 'value-one',
    ClientRequestToken: 'version-0000000000000000000000000001',
  });
  const sns = createSns({ clock });
  sns.call('CreateTopic', { Name: 'alerts' });
  server = await startAwsServer({
    secretsManager: interceptable(secretsManager, (call, proceed) => intercept(call, proceed)),
    sns: interceptable(sns, (call, proceed) => intercept(call, proceed)),
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await server.close();
});

const settings = () => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});
const readSecret = () => {
  const client = new SecretsManagerClient(settings());
  clients.push(client);
  return client.send(new GetSecretValueCommand({ SecretId: 'a/secret' }));
};
const publish = (Message = 'a message') => {
  const client = new SNSClient(settings());
  clients.push(client);
  return client.send(new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:123456789012:alerts', Message }));
};

const signed = { Authorization: 'AWS4-HMAC-SHA256 Credential=local' };
const post = (body: string, headers: Record<string, string>) =>
  fetch(server.url, { method: 'POST', body, headers: { Connection: 'close', ...headers } });
const target = (action: string) => ({ ...signed, 'X-Amz-Target': `secretsmanager.${action}` });
const form = { ...signed, 'Content-Type': 'application/x-www-form-urlencoded' };

test('a date keeps its milliseconds', async () => {
  expect((await readSecret()).CreatedDate?.getTime()).toBe(1_800_000_000_123);
});

test('each reply has a request id', async () => {
  expect((await readSecret()).$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect((await publish()).$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

test('a refusal reaches the client with its code, message and status', async () => {
  intercept = async () => {
    throw new ServiceError('AccessDeniedException', 'You may not <read> "this" & that.', 403);
  };
  const refusal = { name: 'AccessDeniedException', message: 'You may not <read> "this" & that.' };
  await expect(readSecret()).rejects.toMatchObject({ ...refusal, $metadata: { httpStatusCode: 403 } });
  await expect(publish()).rejects.toMatchObject({ ...refusal, $metadata: { httpStatusCode: 403 } });
});

test('a failure of the service has status 500', async () => {
  intercept = async () => {
    throw new ServiceError('InternalServiceError', 'An error occurred on the server side.');
  };
  await expect(readSecret()).rejects.toMatchObject({ $fault: 'server', $metadata: { httpStatusCode: 500 } });
});

test('a fault of the emulator is not taken for a refusal', async () => {
  intercept = async () => {
    throw new TypeError('a bug');
  };
  await expect(readSecret()).rejects.toMatchObject({ name: 'InternalFailure', message: 'TypeError: a bug' });
});

test('a lost reply breaks the connection off after the effect', async () => {
  let effects = 0;
  intercept = async (_, proceed) => {
    await proceed();
    effects += 1;
    throw new LostReply();
  };
  await expect(readSecret()).rejects.toThrow(/socket hang up/);
  await expect(publish()).rejects.toThrow(/socket hang up/);
  expect(effects).toBe(2);
});

test('form fields arrive as they were sent', async () => {
  const seen: unknown[] = [];
  intercept = (call, proceed) => {
    seen.push(call.input);
    return proceed();
  };
  await publish('a+b=c&d é\n%41');
  expect(seen).toEqual([{ TopicArn: 'arn:aws:sns:us-east-1:123456789012:alerts', Message: 'a+b=c&d é\n%41' }]);
});

test.each([
  ['Secrets Manager', { 'X-Amz-Target': 'secretsmanager.ListSecrets' }, '{}'],
  ['SNS', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'Action=CreateTopic&Name=other'],
])('%s refuses a request without a signature', async (_, headers, body) => {
  const reply = await post(body, headers as Record<string, string>);
  expect(reply.status).toBe(403);
  expect(await reply.text()).toContain('MissingAuthenticationToken');
});

test.each(['{', '[]', '7', '', 'null'])('a body that is not a JSON object is refused: %j', async (body) => {
  const reply = await post(body, target('GetSecretValue'));
  expect([reply.status, reply.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
  expect(await reply.json()).toMatchObject({ __type: 'SerializationException' });
});

test('what cannot be parsed is not repeated', async () => {
  const reply = await post('{"SecretString":"value-one"', target('PutSecretValue'));
  expect(await reply.text()).not.toContain('value-one');
});

test('unknown actions are refused', async () => {
  const unknown = await post('{}', target('RotateSecret'));
  expect(unknown.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  expect(await (await post('Action=Fly', form)).text()).toContain('<Code>InvalidAction</Code>');
});

test.each([
  ['CloudFormation', () => new CloudFormationClient(settings()).send(new ListStacksCommand({}))],
  ['CloudWatch', () => new CloudWatchClient(settings()).send(new DescribeAlarmsCommand({}))],
  ['EventBridge Scheduler', () => new SchedulerClient(settings()).send(new ListSchedulesCommand({}))],
  ['KMS', () => new KMSClient(settings()).send(new ListKeysCommand({}))],
  ['Step Functions without a machine', () => new SFNClient(settings()).send(new ListStateMachinesCommand({}))],
])('%s is not available here, and its client can tell', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
});

test('a body over 1 MiB is refused', async () => {
  const reply = await post(' '.repeat(1_048_577), target('ListSecrets'));
  expect([reply.status, reply.headers.get('x-amzn-errortype')]).toEqual([413, 'RequestEntityTooLarge']);
  expect((await post(`{}${' '.repeat(1_048_574)}`, target('ListSecrets'))).status).toBe(200);
});

test('only a loopback address is bound', async () => {
  const clock = { now: () => 0 };
  const options = { secretsManager: createSecretsManager({ clock }), sns: createSns({ clock }) };
  await expect(startAwsServer({ ...options, host: '0.0.0.0' as '127.0.0.1' })).rejects.toThrow(/0\.0\.0\.0/);
});

test('closing ends idle and busy connections and frees the port', async () => {
  await readSecret();
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    intercept = (_, proceed) => {
      resolve();
      return new Promise<void>((go) => {
        release = go;
      }).then(proceed);
    };
  });
  const busy = expect(readSecret()).rejects.toThrow(/socket hang up/);
  await arrived;
  await server.close();
  await busy;
  release();
  await server.close();
  const port = Number(new URL(server.url).port);
  await expect(
    new Promise((resolve, reject) => {
      connect(port, '127.0.0.1').once('connect', resolve).once('error', reject);
    }),
  ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
