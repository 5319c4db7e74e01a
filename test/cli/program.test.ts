import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { accessOf } from '../../cli/aws/access';
import { asking } from '../../cli/aws/asking';
import { findTargetAccount } from '../../cli/aws/target-account';
import { CommandFailed, NotAvailableHere } from '../../cli/command/command-failed';
import { checkSecretName, shownName } from '../../cli/command/shown-name';
import packageJson from '../../package.json';
import { UsageError } from '../../terminal/usage-error';
import { runProgram, withOperator } from './operator';

const root = join(__dirname, '../..');
const commands = ['import', 'rotate', 'status', 'doctor', 'rollback'] as const;

test.each([[[]], ...commands.map((command) => [[command]])])(
  '%j --help fits on a screen, with exit code 0',
  async (command) => {
    const { code, out, err } = await runProgram([...command, '--help'], {});
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).toContain('Exit codes: 0');
    if (command.length > 0)
      for (const option of ['--json', '--stack', '--region', '--profile']) expect(out).toContain(option);
  },
);

test('without a command it shows its help, as wrong usage', async () => {
  const { code, out, err } = await runProgram([], {});
  expect([code, out]).toEqual([2, '']);
  for (const command of commands) expect(err).toContain(command);
});

test.each([
  [['fly'], "Unknown command 'fly'. See npx momento-rotation --help."],
  [['rotate', '--fly'], "Unknown option '--fly'. See npx momento-rotation rotate --help."],
  [['rotate', 'extra'], "Unexpected argument 'extra'. See npx momento-rotation rotate --help."],
  [['rotate', '--force=yes'], "Option '--force' takes no value. See npx momento-rotation rotate --help."],
  [['rollback'], "Required option '--to <version>' is missing. See npx momento-rotation rollback --help."],
  [['eyJhbGciOiJIUzI1NiJ9'], 'Unknown command. See npx momento-rotation --help.'],
  [['rotate', 'eyJhbGciOiJIUzI1NiJ9'], 'Unexpected argument. See npx momento-rotation rotate --help.'],
  [['rotate', '--fly=eyJhbGciOiJIUzI1NiJ9'], "Unknown option '--fly'. See npx momento-rotation rotate --help."],
  [['rotate', '--secret'], "Option '--secret <name>' needs a value. See npx momento-rotation rotate --help."],
])('%j is wrong usage, said in one line', async (args, expected) => {
  const { code, out, err } = await runProgram(args, {});
  expect([code, out]).toEqual([2, '']);
  expect(err.trim()).toBe(expected);
});

test.each([
  ['arn:aws:lambda:us-east-1:123456789012:function:other', undefined, /must be a state machine's ARN/],
  ['arn:aws:states:us-east-1:123456789012:stateMachine:Rotate', 'eu-west-1', /is in us-east-1, not in eu-west-1/],
])('a state machine that cannot be is refused: %s', async (arn, region, expected) => {
  const args = ['rotate', ...(region === undefined ? [] : ['--region', region])];
  const { code, err } = await runProgram(args, { MOMENTO_ROTATION_STATE_MACHINE_ARN: arn });
  expect([code, err]).toEqual([2, expect.stringMatching(expected)]);
});

test('the error names a state machine that does not exist', () =>
  withOperator({}, async ({ run, served }) => {
    const arn = `${served.env.MOMENTO_ROTATION_STATE_MACHINE_ARN}Gone`;
    const { code, err } = await run(['rotate'], { env: { MOMENTO_ROTATION_STATE_MACHINE_ARN: arn } });
    expect([code, err]).toEqual([2, expect.stringContaining(`There is no state machine ${arn}`)]);
  }));

test('only --verbose says where an error came from, and never with AWS’s own words', () =>
  withOperator({}, async ({ run }) => {
    const plain = await run(['rotate', '--stack', 'Other']);
    expect([plain.code, plain.err]).toEqual([2, expect.stringMatching(/^The local services .* omit --stack\.\n$/)]);
    const { err } = await run(['rotate', '--stack', 'Other', '--verbose']);
    expect(err).toMatch(/\n {4}at .*asking\.ts:\d+/);
    expect(err).not.toContain('SNS and Step Functions only');
  }));

test('with --json a failure is one object, too', () =>
  withOperator({}, async ({ run }) => {
    const { code, err, json } = await run(['status', '--secret', 'absent', '--json']);
    expect(code).toBe(2);
    expect(json()).toEqual({ outcome: 'failed', message: err.trim() });
  }));

test.each([['--fly'], ['rotate', '--fly'], ['rollback']])(
  'with --json wrong usage is one object, too: %s',
  async (...args) => {
    const { code, err, json } = await runProgram([...args, '--json'], {});
    expect([code, json()]).toEqual([2, { outcome: 'failed', message: err.trim() }]);
  },
);

test.each([
  [{ AWS_REGION: 'bad region' }, /The region must be the name of an AWS region/],
  [{ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'notaurl' }, /AWS_ENDPOINT_URL .* must be a URL/],
])('%j is refused', async (env, expected) => {
  expect(await runProgram(['status'], env)).toMatchObject({ code: 2, err: expect.stringMatching(expected) });
});

test.each(commands.filter((command) => command !== 'doctor'))(
  '%s refuses a name that no secret can have',
  async (command) => {
    const args = command === 'rollback' ? ['--to', 'previous'] : command === 'import' ? ['-'] : [];
    for (const secret of ['', 'a\nb', 'x'.repeat(513), 'eyJhbGciOiJIUzI1NiJ9']) {
      const { code, err } = await runProgram([command, ...args, '--secret', secret], {}, { input: '{}' });
      expect([code, err]).toEqual([2, expect.stringMatching(/^--secret must be .*\.\n$/)]);
    }
  },
);

test.each([
  'AdministratorAccess-123456789012',
  'MomentoTokenRotation-production-eu-west-1',
  '/home/user/a-folder-with-quite-a-long-name/momento_token.info.json',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:momento/keyJar-AbCdEf',
  '75e813aa76fe66269ba4297d-t0000000001-c64bc9908be3da802d3d1dd1',
  'd010142b-3d87-4ce5-bd0e-d0f507fbfbd4',
])('an ordinary name is shown as it is: %s', (name) => {
  expect(shownName(name, 'hidden')).toBe(name);
});

test('a secret is not refused for letters that a token begins with', () => {
  expect(() => checkSecretName('momento/keyJar')).not.toThrow();
});

test('an ARN with the longest possible name is accepted', () => {
  const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${'x'.repeat(512)}-AbCdEf`;
  expect(() => checkSecretName(arn)).not.toThrow();
});

const place = { region: 'eu-west-1', profile: undefined };

const refusal = (name: string, more: object = {}): Promise<Error> =>
  asking(place, 'states:StartExecution', 'arn', () => {
    throw Object.assign(new Error('canary'), { name, ...more });
  }).then(
    () => new Error('It did not throw.'),
    (error: Error) => error,
  );

test.each([
  ['AccessDeniedException', {}, CommandFailed, /refused states:StartExecution on arn \(AccessDeniedException\)/],
  ['ExpiredTokenException', {}, UsageError, /credentials have expired/],
  ['ExpiredToken', {}, UsageError, /credentials have expired/],
  ['SignatureDoesNotMatch', {}, UsageError, /does not accept the credentials/],
  ['InvalidSignatureException', {}, UsageError, /does not accept the credentials/],
  ['CredentialsProviderError', {}, UsageError, /no AWS credentials/],
  ['UnrecognizedClientException', {}, UsageError, /does not accept the credentials/],
  ['Error', { code: 'ENOTFOUND' }, CommandFailed, /cannot be reached in eu-west-1/],
  ['ThrottlingException', {}, CommandFailed, /could not carry out states:StartExecution/],
  ['Anything', { $metadata: { httpStatusCode: 501 } }, NotAvailableHere, /not available here/],
])('AWS’s %s is told apart and explained, without its message', async (name, more, kind, expected) => {
  const error = await refusal(name, more);
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toMatch(expected);
  expect(error.message).not.toContain('canary');
});

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };

test('keys and region come from the variables; a profile on the command line takes precedence over the keys', () => {
  expect(accessOf({ ...keys, AWS_REGION: 'eu-west-1' }, {}).configFor('SFN')).toMatchObject({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
  });
  const { profile, configFor } = accessOf(
    { ...keys, AWS_DEFAULT_REGION: 'eu-west-1' },
    { profile: 'admin', region: 'us-west-2' },
  );
  expect(profile).toBe('admin');
  expect(configFor('SFN')).toMatchObject({ region: 'us-west-2', profile: 'admin' });
  expect(configFor('SFN')).not.toHaveProperty('credentials');
});

test.each(['us-gov-west-1', 'eusc-de-east-1'])('%s is a region', async (region) => {
  expect(await findTargetAccount(accessOf({ ...keys, AWS_REGION: region }, {}))).toMatchObject({ region });
});

test('endpoints come from the variables; that of a service takes precedence', () => {
  const { configFor } = accessOf({ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_SFN: 'http://sfn' }, {});
  expect([configFor('SFN'), configFor('KMS')]).toEqual([
    expect.objectContaining({ endpoint: 'http://sfn' }),
    expect.objectContaining({ endpoint: 'http://all' }),
  ]);
});

test('the program of the package runs, and prints no warning', () => {
  const program = join(root, packageJson.bin['momento-rotation']);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--version'], {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  expect([status, stdout, stderr]).toEqual([0, `${packageJson.version}\n`, '']);
});
