import { readCdkOptions } from '../../infra/cdk-options';
import { type Access, findTarget, requireBootstrap } from '../../infra/preflight';

const named = (name: string, more: object = {}): Error => Object.assign(new Error('a long story'), { name, ...more });

const ready: Access = {
  region: async () => 'eu-west-1',
  callerAccount: async () => '111122223333',
  bootstrapVersion: async () => '33',
};

const refused = async (access: Partial<Access>, wanted = {}): Promise<string> => {
  const error: unknown = await findTarget({ ...ready, ...access }, wanted).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'NotReady' });
  return (error as Error).message;
};

test('who deploys, and where, comes from the settings or else from the credentials', async () => {
  expect(await findTarget(ready, {})).toEqual({ account: '111122223333', region: 'eu-west-1' });
  expect(await findTarget(ready, { region: 'eu-north-1' })).toMatchObject({ region: 'eu-north-1' });
});

test('a region that is missing is asked for: the CDK would take one that nobody has chosen', async () => {
  const noRegion = async () => {
    throw new Error('Region is missing');
  };
  expect(await refused({ region: noRegion })).toMatch(/^No AWS region is set\. Set AWS_REGION/);
  expect(await findTarget({ ...ready, region: noRegion }, { region: 'eu-west-1' })).toBeDefined();
});

test.each([
  ['no credentials', named('CredentialsProviderError'), /^There are no AWS credentials\. Set AWS_PROFILE/],
  ['credentials that have expired', named('ExpiredToken'), /expired.*aws sso login/],
  ['credentials that AWS does not know', named('InvalidClientTokenId'), /does not accept/],
  ['no network', named('Error', { code: 'ENOTFOUND' }), /cannot be reached in eu-west-1/],
  [
    'no network, further down',
    named('Error', { cause: named('Error', { code: 'ECONNREFUSED' }) }),
    /cannot be reached/,
  ],
  ['anything else', named('ServiceUnavailable'), /\(ServiceUnavailable\)\. Try again/],
])('%s: one sentence says what to do, and nothing of the error but its name', async (_, error, sentence) => {
  const message = await refused({ callerAccount: () => Promise.reject(error) });
  expect(message).toMatch(sentence);
  expect(message).not.toContain('a long story');
});

test('credentials of another account than the setting names are refused', async () => {
  expect(await refused({}, { account: '999900001111' })).toMatch(/is 999900001111, but .* those of 111122223333/);
});

describe('the CDK’s own stack', () => {
  const target = { account: '111122223333', region: 'eu-west-1' };
  const check = (error: Error): Promise<void> =>
    requireBootstrap({ ...ready, bootstrapVersion: () => Promise.reject(error) }, target, 'hnb659fds');

  test('where it is missing, the command that makes it is named', async () => {
    await expect(check(named('ParameterNotFound'))).rejects.toThrow('npx cdk bootstrap aws://111122223333/eu-west-1');
  });

  test('who may not look is not kept from deploying', async () => {
    await check(named('AccessDeniedException'));
  });

  test('it is looked for under the qualifier that the context names', async () => {
    const asked: string[] = [];
    const bootstrapVersion: Access['bootstrapVersion'] = async (_, qualifier) => {
      asked.push(qualifier);
      return '33';
    };
    await requireBootstrap({ ...ready, bootstrapVersion }, target, 'ours');
    expect(asked).toEqual(['ours']);
  });
});

test.each([
  [['-c', 'region=eu-west-1']],
  [['--context', 'region=eu-west-1']],
  [['--context=region=eu-west-1']],
  [['--require-approval', 'never', '-c', 'schedule=rate(1 day)', '-c', 'region=eu-west-1', '--profile', 'work']],
])('the CDK’s options are read as it reads them: %j', (args) => {
  expect(readCdkOptions(args, { region: 'from the file', other: 1 }).context).toMatchObject({
    region: 'eu-west-1',
    other: 1,
  });
});

test('a profile on the command line is the one that is looked at', () => {
  expect(readCdkOptions(['--profile', 'work'], {}).profile).toBe('work');
  expect(readCdkOptions(['--profile=work', '--force'], {}).profile).toBe('work');
  expect(readCdkOptions([], {})).toEqual({ context: {}, profile: undefined, wantsHelp: false });
});
