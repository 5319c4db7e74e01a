import { systemClock } from '../../../functions/adapters/clock';
import { once, type Runtime, serve } from '../../../functions/adapters/runtime';
import { readDefaultSecretName, readFetchSettings, readMomentoSettings } from '../../../functions/adapters/settings';
import { awsClientConfig, readAwsSettings } from '../../../functions/aws/client';
import { RotationError } from '../../../functions/contract/errors';
import type { ExecutionArn, SecretName } from '../../../functions/contract/names';
import { sentence } from '../../../functions/language/sentence';

const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 1000 };
const event = { execution: 'arn:execution' as ExecutionArn, secretName: 'my/secret' as SecretName };

const fail = async (error: unknown) => {
  const lines: string[] = [];
  const runtime: Runtime = { env: {}, clock: systemClock, write: (line) => lines.push(line) };
  const handler = serve(
    runtime,
    'refresh',
    () => event,
    async () => {
      throw error;
    },
  );
  const thrown = await handler({}, context).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  return { thrown, lines };
};

test('a named error reaches Step Functions as it is', async () => {
  const error = new RotationError('TokenRejected', sentence`It does not work.`);
  const { thrown, lines } = await fail(error);
  expect(thrown).toBe(error);
  expect(lines.join('\n')).toContain('It does not work.');
});

test('an unforeseen error keeps its name and its places in the code, and loses its message', async () => {
  const { thrown, lines } = await fail(new SyntaxError('Unexpected token in CANARY'));
  expect(thrown).toMatchObject({ name: 'SyntaxError', message: expect.stringContaining('unexpected error') });
  expect(thrown?.stack).toContain('runtime.test.ts');
  expect(`${thrown?.message}${thrown?.stack}${lines.join('')}`).not.toContain('CANARY');
});

test('what is thrown and no error is not repeated either', async () => {
  const { thrown, lines } = await fail('CANARY');
  expect(thrown).toBeInstanceOf(Error);
  expect(`${thrown?.message}${lines.join('')}`).not.toContain('CANARY');
});

test('clients are made once, and not before they are needed', () => {
  let made = 0;
  const get = once(() => {
    made += 1;
    return made;
  });
  expect(made).toBe(0);
  expect([get(), get()]).toEqual([1, 1]);
});

test('AWS clients have timeouts that abort and bounded attempts, and go where the variables say', () => {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:2',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
  };
  expect(awsClientConfig(readAwsSettings(env, 'SECRETS_MANAGER'))).toEqual({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:2',
    credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: _, ...general } = env;
  expect(readAwsSettings(general, 'SECRETS_MANAGER').endpoint).toBe('http://127.0.0.1:1');
  expect(awsClientConfig(readAwsSettings({}, 'SECRETS_MANAGER'))).not.toHaveProperty('endpoint');
});

test.each([
  ['http://127.0.0.1:8080', { host: '127.0.0.1:8080', secure: false }],
  ['http://localhost:1', { host: 'localhost:1', secure: false }],
  ['http://[::1]:1', { host: '[::1]:1', secure: false }],
  ['https://momento.example.com:9443', { host: 'momento.example.com:9443', secure: true }],
  ['https://momento.example.com', { host: 'momento.example.com:443', secure: true }],
  ['', undefined],
])('MOMENTO_ENDPOINT_OVERRIDE may be %j', (text, expected) => {
  expect(readMomentoSettings({ MOMENTO_ENDPOINT_OVERRIDE: text }).endpoint).toEqual(expected);
});

test.each([
  'http://example.com:1',
  'http://127.0.0.1.example.com:1',
  'ftp://127.0.0.1',
  '127.0.0.1:1',
  'https://h/path',
  'https://u@h',
])('MOMENTO_ENDPOINT_OVERRIDE must not be %s: a token would go there in the clear, or elsewhere', (text) => {
  const env = { MOMENTO_ENDPOINT_OVERRIDE: text };
  expect(() => readMomentoSettings(env)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
});

test('settings that are missing take their defaults, except the name of the secret', () => {
  expect(readFetchSettings({})).toEqual({ rotateBefore: 'always', skipValidation: false });
  expect(readFetchSettings({ SKIP_VALIDATION: 'true', ROTATE_BEFORE: '1d' })).toEqual({
    rotateBefore: { seconds: 86_400 },
    skipValidation: true,
  });
  expect(readMomentoSettings({ VALIDATION_CACHE: '' })).toEqual({ endpoint: undefined, validationCache: undefined });
  expect(() => readDefaultSecretName({})).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('"DEFAULT_SECRET_NAME"') }),
  );
});
