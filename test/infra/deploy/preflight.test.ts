import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { alignEnvironment, readCdkOptions } from '../../../infra/deploy/cdk-options';
import { type Access, findTarget, requireBootstrap } from '../../../infra/deploy/preflight';

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(`a long story: ${message}`), { name, ...more });

const ready: Access = {
  region: async () => 'eu-west-1',
  callerAccount: async () => '111122223333',
  findBootstrap: async () => ({}),
};

const refused = async (access: Partial<Access>, wanted = {}): Promise<string> => {
  const error: unknown = await findTarget({ ...ready, ...access }, wanted).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'UsageError' });
  return (error as Error).message;
};

test('account and region come from the settings, or else from the credentials', async () => {
  expect(await findTarget(ready, {})).toEqual({ account: '111122223333', region: 'eu-west-1' });
  expect(await findTarget(ready, { region: 'eu-north-1' })).toMatchObject({ region: 'eu-north-1' });
});

test('a missing region is an error: the CDK would use one that the user has not chosen', async () => {
  const noRegion = async () => {
    throw new Error('Region is missing');
  };
  expect(await refused({ region: noRegion })).toMatch(/^No AWS region is set\. Set AWS_REGION/);
  expect(await findTarget({ ...ready, region: noRegion }, { region: 'eu-north-1' })).toEqual({
    account: '111122223333',
    region: 'eu-north-1',
  });
});

const noCredentials = 'CredentialsProviderError';

// The names and words are the SDK's.
test.each([
  ['no credentials', named(noCredentials, 'Could not load credentials from any providers'), /^There are no AWS .* Set/],
  [
    'a login that has expired',
    named(noCredentials, 'The SSO session associated with this profile has expired.'),
    /^The login is missing or has expired\. Log in with aws sso login\.$/,
  ],
  ['credentials that have expired', named('ExpiredToken', 'The security token is expired'), /expired.*aws sso login/],
  ['credentials that AWS does not know', named('InvalidClientTokenId', 'The token is invalid'), /does not accept/],
  ['no network', named('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }), /cannot be reached in eu-west-1/],
  ['a network error further down', named('Error', '', { cause: { code: 'ECONNREFUSED' } }), /cannot be reached/],
])('%s: one sentence says what to do, and nothing of the error itself', async (_, error, sentence) => {
  const message = await refused({ callerAccount: () => Promise.reject(error) });
  expect(message).toMatch(sentence);
  expect(message).not.toContain('a long story');
});

test('the error names a profile that does not exist', async () => {
  const callerAccount = () =>
    Promise.reject(named(noCredentials, 'Could not resolve credentials using profile: [wrok]'));
  expect(await refused({ callerAccount }, { profile: 'wrok' })).toMatch(/in the profile wrok\. Check the name/);
});

test.each([
  [
    'wants a code from a person',
    named(noCredentials, 'Profile x requires multi-factor authentication, but no MFA code'),
  ],
  ['fails with an unknown error', named('ServiceUnavailable', 'Try again later')],
])('what %s, is left to the CDK', async (_, error) => {
  const target = await findTarget({ ...ready, callerAccount: () => Promise.reject(error) }, {});
  expect(target).toEqual({ region: 'eu-west-1', account: undefined });
});

describe('the CDK’s own stack', () => {
  const target = { account: '111122223333', region: 'eu-west-1' };
  const absent = () => Promise.reject(named('ParameterNotFound', ''));

  test.each([
    [undefined, {}, 'npx cdk bootstrap aws://111122223333/eu-west-1'],
    ['ours', { profile: 'work' }, 'npx cdk bootstrap aws://111122223333/eu-west-1 --qualifier ours --profile work'],
  ])('where it is missing, the command that makes it is named', async (qualifier, wanted, command) => {
    const message = await requireBootstrap({ ...ready, findBootstrap: absent }, target, qualifier, wanted).catch(
      (error: Error) => error.message,
    );
    expect(message).toMatch(/^The CDK is not bootstrapped in account 111122223333 in eu-west-1\./);
    expect(message?.endsWith(command)).toBe(true);
  });

  test('a user without permission to read can deploy, and so can one who deploys to another account', async () => {
    const denied = () => Promise.reject(named('AccessDeniedException', ''));
    const deny = { ...ready, findBootstrap: denied };
    const missing = { ...ready, findBootstrap: absent };
    const elsewhere = { account: '999900001111' };
    await expect(requireBootstrap(deny, target, undefined, {})).resolves.toBeUndefined();
    await expect(requireBootstrap(missing, target, undefined, elsewhere)).resolves.toBeUndefined();
    await expect(requireBootstrap(missing, { ...target, account: undefined }, undefined, {})).resolves.toBeUndefined();
  });

  test('is read under the qualifier in the context', async () => {
    const asked: string[] = [];
    const findBootstrap: Access['findBootstrap'] = async (_, qualifier) => asked.push(qualifier);
    await requireBootstrap({ ...ready, findBootstrap }, target, 'ours', {});
    await requireBootstrap({ ...ready, findBootstrap }, target, undefined, {});
    expect(asked).toEqual(['ours', 'hnb659fds']);
  });
});

describe('the CDK’s options', () => {
  test.each([
    [['-c', 'region=eu-west-1']],
    [['-c=region=eu-west-1']],
    [['--context', 'region=eu-west-1']],
    [['--context=region=eu-west-1']],
    [['--require-approval', 'never', '-c', 'schedule=rate(1 day)', '-c', 'region=eu-west-1', '--profile', 'work']],
  ])('are read as it reads them: %j', (args) => {
    expect(readCdkOptions(args, { region: 'from the file', other: 1 }).context).toMatchObject({
      region: 'eu-west-1',
      other: 1,
    });
  });

  test('a profile and a region on the command line are used for the checks', () => {
    expect(readCdkOptions(['--profile', 'work', '--region', 'eu-west-1'], {})).toMatchObject({
      profile: 'work',
      region: 'eu-west-1',
    });
    expect(readCdkOptions(['--profile=work', '--force'], {}).profile).toBe('work');
    expect(readCdkOptions([], {})).toMatchObject({ context: {}, profile: undefined, region: undefined });
  });
});

test.each([
  [{ AWS_DEFAULT_REGION: 'eu-west-1' }, {}, { AWS_REGION: 'eu-west-1' }],
  [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, {}, { AWS_REGION: 'eu-west-1' }],
  [{ AWS_REGION: 'eu-west-1' }, { region: 'eu-west-3' }, { AWS_REGION: 'eu-west-3' }],
  [{ AWS_PROFILE: 'a' }, { profile: 'b' }, { AWS_PROFILE: 'b' }],
  [{ AWS_DEFAULT_PROFILE: 'a' }, {}, { AWS_PROFILE: 'a' }],
  [{ AWS_PROFILE: 'a', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' }, {}, { AWS_PROFILE: undefined }],
])('of %j with %j, the SDK finds what the CDK finds', (env, options, expected) => {
  const { AWS_REGION, AWS_PROFILE } = alignEnvironment(env, { profile: undefined, region: undefined, ...options });
  expect({ AWS_REGION, AWS_PROFILE }).toEqual({ AWS_REGION: undefined, AWS_PROFILE: undefined, ...expected });
});

test.each([
  [
    'a setting that is wrong',
    ['-c', 'scedule=rate(1 day)'],
    /^Invalid setting scedule \("rate\(1 day\)"\): unknown setting/,
  ],
  ['no region', [], /^No AWS region is set\./],
])('deploy with %s: one sentence, exit code 2, and the CDK does not run', (_, args, sentence) => {
  const command = ['--import', 'tsx', join(__dirname, '../../../infra/deploy/cdk.ts'), 'deploy', ...args];
  const env = { PATH: process.env.PATH, HOME: '/nowhere' };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
  expect(stderr).toMatch(sentence);
});
