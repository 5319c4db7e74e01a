import { createSecrets, type SecretsManagerApi } from '../../../functions/adapters/secrets-manager';
import type { SecretArn, SecretName, VersionId } from '../../../functions/contract/names';
import { Sensitive } from '../../../functions/language/sensitive';

const name = 'my/secret' as SecretName;
const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:my/secret-AbCdEf' as SecretArn;
const versionId = 'v'.repeat(32) as VersionId;

/** Secrets Manager that refuses everything with this code. */
const refusing = (code: string) => {
  const refuse = async () => {
    throw Object.assign(new Error('CANARY in the message'), { name: code });
  };
  return createSecrets({
    describeSecret: refuse,
    getSecretValue: refuse,
    listSecretVersionIds: refuse,
    putSecretValue: refuse,
    updateSecretVersionStage: refuse,
  } as SecretsManagerApi);
};

test.each([
  ['ResourceNotFoundException', 'SecretNotFound'],
  ['InvalidRequestException', 'SecretNotFound'],
  ['ValidationException', 'InvalidInput'],
  ['AccessDeniedException', 'AccessDenied'],
  ['DecryptionFailure', 'AccessDenied'],
  ['ExpiredTokenException', 'AccessDenied'],
  ['ExpiredToken', 'AccessDenied'],
  ['InvalidClientTokenId', 'AccessDenied'],
  ['SignatureDoesNotMatch', 'AccessDenied'],
  ['UnrecognizedClientException', 'AccessDenied'],
  ['ThrottlingException', 'SecretsManagerUnavailable'],
  ['InternalServiceError', 'SecretsManagerUnavailable'],
  ['LimitExceededException', 'SecretsManagerUnavailable'],
  ['TimeoutError', 'SecretsManagerUnavailable'],
  ['ECONNREFUSED', 'SecretsManagerUnavailable'],
])('%s of DescribeSecret becomes %s, with the secret in the sentence and not AWS’s message', async (code, expected) => {
  await expect(refusing(code).describe(name)).rejects.toMatchObject({
    name: expected,
    message: expect.stringContaining('my/secret'),
  });
  await expect(refusing(code).describe(name)).rejects.toMatchObject({ message: expect.not.stringContaining('CANARY') });
});

test('an access that is denied is never taken for an absence', async () => {
  const secrets = refusing('AccessDeniedException');
  const put = { versionId, value: new Sensitive('x'), labels: ['AWSPENDING'] };
  for (const call of [
    () => secrets.readCurrent(arn),
    () => secrets.readVersion(arn, versionId),
    () => secrets.put(arn, put),
    () => secrets.moveLabel(arn, { label: 'AWSPENDING', from: versionId }),
  ]) {
    await expect(call()).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('secretsmanager:'),
    });
  }
});

test('expected refusals are values', async () => {
  expect(await refusing('ResourceNotFoundException').readCurrent(arn)).toBeUndefined();
  expect(await refusing('ResourceNotFoundException').readVersion(arn, versionId)).toBeUndefined();
  const put = { versionId, value: new Sensitive('x'), labels: ['AWSPENDING'] };
  expect(await refusing('ResourceExistsException').put(arn, put)).toBe('exists');
});

test.each([
  'InvalidParameterException',
  'InvalidRequestException',
  'LimitExceededException',
  'ResourceNotFoundException',
])('a move that AWS refuses as %s changed nothing, and the step looks for the reason', async (code) => {
  expect(await refusing(code).moveLabel(arn, { label: 'x', from: versionId })).toBe('refused');
});

test('a put always names its labels: without any it would make the value current', async () => {
  const inputs: unknown[] = [];
  const secrets = createSecrets({
    putSecretValue: async (input: unknown) => {
      inputs.push(input);
      return {};
    },
  } as unknown as SecretsManagerApi);
  await secrets.put(arn, { versionId, value: new Sensitive('value'), labels: ['AWSPENDING', 'momento-successor'] });
  expect(inputs).toEqual([
    {
      SecretId: arn,
      ClientRequestToken: versionId,
      SecretString: 'value',
      VersionStages: ['AWSPENDING', 'momento-successor'],
    },
  ]);
});

describe('an answer about another secret', () => {
  const answering = (output: object) =>
    createSecrets({ describeSecret: async () => output } as unknown as SecretsManagerApi);
  const other = { ARN: arn.replace('my/secret', 'your/secret'), Name: 'your/secret' };

  test.each([
    ['by name', name],
    ['by ARN', arn],
  ])('is not taken for the one that was asked for %s', async (_, asked) => {
    await expect(answering(other).describe(asked)).rejects.toMatchObject({ name: 'SecretsManagerUnavailable' });
  });

  test('an ARN may be asked for without its six last characters', async () => {
    const partial = arn.slice(0, -7) as SecretArn;
    expect((await answering({ ARN: arn, Name: name }).describe(partial)).arn).toBe(arn);
  });
});

test.each([
  ['without a token', {}],
  ['with an empty token', { NextToken: '' }],
])('counts the versions of all pages; the last page is %s', async (_, last) => {
  const pages = [
    { Versions: [{}, {}], NextToken: 'next' },
    { Versions: [{}], ...last },
  ];
  const asked: unknown[] = [];
  const secrets = createSecrets({
    listSecretVersionIds: async ({ NextToken }: { NextToken?: string }) => {
      asked.push(NextToken);
      return pages[asked.length - 1] ?? {};
    },
  } as unknown as SecretsManagerApi);
  expect(await secrets.countLastingVersions(arn, 0)).toBe(3);
  expect(asked).toEqual([undefined, 'next']);
});
