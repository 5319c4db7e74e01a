import { parseRotateBefore } from '../../../functions/contract/settings';
import { type Plan, planRotation } from '../../../infra/plan/plan';
import { SettingError } from '../../../infra/plan/setting-error';
import { explainSetting, readSettings } from '../../../infra/plan/settings';
import { runApp } from '../run-app';

const here = { account: '123456789012', region: 'eu-west-1' };

type Context = Readonly<Record<string, unknown>>;

/** As the app does it: read, then planned. */
const plan = (context: Context, env: Readonly<Record<string, string>> = {}): Plan =>
  planRotation(readSettings(context, env), here);

const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-1111-1111-1111-111111111111';
const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs/one-a1B2c3';

test('without any setting: one new secret, every day, defaults for the rest', () => {
  expect(plan({})).toEqual({
    secrets: [{ name: 'momento/authentication-token', origin: 'created' }],
    schedule: 'rate(1 day)',
    timeZone: 'UTC',
    flexibleWindowMinutes: 0,
    longestPause: 86_400,
    dailyCheck: false,
    rotateBefore: undefined,
    skipValidation: false,
    validationCache: undefined,
    momentoEndpoint: undefined,
    noSuccessHours: 51,
    expirySeconds: 86_400,
    logRetention: 30,
  });
});

test.each<[Context, Partial<Plan>]>([
  [
    { secretNames: 'a, b' },
    {
      secrets: [
        { name: 'a', origin: 'created' },
        { name: 'b', origin: 'created' },
      ],
    },
  ],
  [
    { secretNames: ['a'], existingSecrets: ['b'] },
    {
      secrets: [
        { name: 'a', origin: 'created' },
        { name: 'b', origin: 'existing' },
      ],
    },
  ],
  [{ existingSecrets: [arn] }, { secrets: [{ name: 'theirs/one', origin: 'existing', arn }] }],
  [{ schedule: 'cron(0 9 ? * MON-FRI *)' }, { longestPause: 3 * 86_400, noSuccessHours: 147, expirySeconds: 259_200 }],
  [{ schedule: 'rate(5 days)' }, { dailyCheck: false, noSuccessHours: 168, expirySeconds: 432_000 }],
  [{ schedule: 'rate(30 days)' }, { dailyCheck: true, noSuccessHours: 51, expirySeconds: 2_592_000 }],
  [{ schedule: 'rate(34 minutes)' }, { noSuccessHours: 5, expirySeconds: 2_040 }],
  [
    { schedule: 'rate(5 minutes)', rotateBefore: '0.25' },
    { rotateBefore: '0.25', noSuccessHours: 5 },
  ],
  [{ flexibleWindowMinutes: '60' }, { flexibleWindowMinutes: 60, longestPause: 90_000, expirySeconds: 90_000 }],
  [{ skipValidation: 'TRUE' }, { skipValidation: true }],
  [{ skipValidation: false }, { skipValidation: false }],
  [{ rotateBefore: '' }, { rotateBefore: undefined }],
  [
    { noSuccessHours: 168, expiryHours: '48' },
    { noSuccessHours: 168, expirySeconds: 172_800 },
  ],
  [{ logRetentionDays: '7' }, { logRetention: 7 }],
  [{ momentoEndpoint: 'http://127.0.0.1:9999' }, { momentoEndpoint: 'http://127.0.0.1:9999' }],
  [{ secretKmsKeyArn: key, topicKmsKeyArn: 'create' }, {}],
  [{ '@aws-cdk/core:x': 1, 'aws:cdk:y': 2, 'availability-zones:account=1': [], 'cli-telemetry': false }, {}],
])('%j is understood', (context, expected) => {
  expect(plan(context)).toMatchObject(expected);
});

test.each<[Context, RegExp]>([
  [
    { scheduel: 'rate(1 day)' },
    /^Invalid setting scheduel \("rate\(1 day\)"\): unknown setting; valid settings are .*\bschedule\b/,
  ],
  [{ toString: 'x' }, /^Invalid setting toString \("x"\): unknown setting/],
  [{ schedule: 'hourly' }, /^Invalid setting schedule \("hourly"\): it must .* such as rate\(1 day\)/],
  [{ schedule: ['rate(1 day)'] }, /^Invalid setting schedule \(\["rate\(1 day\)"\]\): it must be a string\.$/],
  [
    { schedule: 'rate(5 minutes)' },
    /^Invalid setting schedule \("rate\(5 minutes\)"\): at most 43 rotations in 24 hours .* rate\(34 minutes\) or a longer interval\.$/,
  ],
  // 44 rotations make 88 versions, and a few tries that fail the rest.
  [{ schedule: 'rate(33 minutes)' }, /version limit/],
  [{ schedule: 'cron(0/29 * * * ? *)' }, /^Invalid setting schedule .* version limit/],
  [{ schedule: 'rate(400 days)' }, /^Invalid setting schedule .* at least once a year/],
  [{ timeZone: 'Berlin' }, /^Invalid setting timeZone \("Berlin"\): it must be the IANA name/],
  [{ rotateBefore: 'soon' }, /^Invalid setting rotateBefore \("soon"\): it must be a time such as/],
  [
    { rotateBefore: '24h' },
    /^Invalid setting rotateBefore \("24h"\): it must be longer than the schedule interval \(24 hours\)/,
  ],
  [
    { flexibleWindowMinutes: 1440 },
    /^Invalid setting flexibleWindowMinutes \(1440\): it must be a whole number from 0 to 1439, less than/,
  ],
  [{ flexibleWindowMinutes: '1.5' }, /^Invalid setting flexibleWindowMinutes \("1.5"\): it must be a whole number\.$/],
  [{ noSuccessHours: 24 }, /^Invalid setting noSuccessHours \(24\): it must be a whole number from 25 to 168/],
  [{ noSuccessHours: 169 }, /^Invalid setting noSuccessHours \(169\):/],
  [{ expiryHours: 0 }, /^Invalid setting expiryHours \(0\):/],
  [
    { expiryHours: 49, rotateBefore: '2d' },
    /^Invalid setting expiryHours \(49\): it must be a whole number from 1 to 48, at most rotateBefore/,
  ],
  [{ logRetentionDays: 31 }, /^Invalid setting logRetentionDays \(31\): it must be one of 1, 3, 5, 7/],
  [{ secretNames: 'a b' }, /^Invalid setting secretNames \("a b"\): a secret name/],
  [{ secretNames: 'a,a' }, /^Invalid setting secretNames \("a"\): it is listed more than once/],
  [{ secretNames: 'a', existingSecrets: 'a' }, /^Invalid setting existingSecrets \("a"\): it is listed more than once/],
  [
    { secretNames: [], existingSecrets: [] },
    /^Invalid setting secretNames \(\[\]\): there must be at least one secret/,
  ],
  [{ secretNames: { a: 1 } }, /^Invalid setting secretNames \(\{"a":1\}\): it must be a JSON array/],
  [
    { existingSecrets: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs' },
    /the ARN of a secret must be complete/,
  ],
  [
    { existingSecrets: arn.replace('eu-west-1', 'eu-west-2') },
    /^Invalid setting existingSecrets .* in the stack's region, eu-west-1\.$/,
  ],
  [
    { secretKmsKeyArn: 'alias/mine' },
    /^Invalid setting secretKmsKeyArn \("alias\/mine"\): it must be the ARN of a KMS key/,
  ],
  [
    { topicKmsKeyArn: 'alias/aws/sns' },
    /^Invalid setting topicKmsKeyArn \("alias\/aws\/sns"\): it must be "create" or the ARN of a KMS key/,
  ],
  [
    { topicKmsKeyArn: key.replace('123456789012', '210987654321') },
    /^Invalid setting topicKmsKeyArn .* in the stack's account, 123456789012\.$/,
  ],
  [
    { momentoEndpoint: 'http://example.com' },
    /^Invalid setting momentoEndpoint \("http:\/\/example.com"\): it must be https/,
  ],
  [{ skipValidation: 'maybe' }, /^Invalid setting skipValidation \("maybe"\): it must be true or false/],
  [{ account: '1234' }, /^Invalid setting account \("1234"\): it must be an AWS account ID/],
  [{ region: 'Ireland' }, /^Invalid setting region \("Ireland"\): it must be the name of an AWS region/],
  [{ stackName: '1st' }, /^Invalid setting stackName \("1st"\): it must be a letter/],
])('%j is refused with one sentence', (context, message) => {
  expect(() => plan(context)).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringMatching(message) }),
  );
});

test.each<[Record<string, string>, Partial<Plan>]>([
  [
    { MOMENTO_AUTH_TOKEN_SECRET_NAME: 'a,b' },
    {
      secrets: [
        { name: 'a', origin: 'created' },
        { name: 'b', origin: 'created' },
      ],
    },
  ],
  [{ AUTO_ROTATION_IN_DAYS: '1' }, { schedule: 'rate(1 day)' }],
  [{ AUTO_ROTATION_IN_DAYS: '7' }, { schedule: 'rate(7 days)' }],
  [{ AUTO_ROTATION_IN_DAYS: '365' }, { schedule: 'rate(365 days)' }],
  [{ SKIP_TEST_STEP_ENV_KEY_VALUE: 'true' }, { skipValidation: true }],
  [{ KMS_KEY_ARN: key }, {}],
  [{ MOMENTO_ENDPOINT_OVERRIDE: 'https://momento.example.com' }, { momentoEndpoint: 'https://momento.example.com' }],
  [
    { AUTO_ROTATION_IN_DAYS: '', SKIP_TEST_STEP_ENV_KEY_VALUE: '' },
    { schedule: 'rate(1 day)', skipValidation: false },
  ],
])('the environment variables %j stand in for settings', (env, expected) => {
  expect(plan({}, env)).toMatchObject(expected);
});

test('account, region and the keys come from the environment, too', () => {
  const env = { OVERRIDE_ACCOUNT_ID: '123456789012', OVERRIDE_REGION: 'eu-west-1', KMS_KEY_ARN: key };
  expect(readSettings({}, env)).toEqual({ account: '123456789012', region: 'eu-west-1', secretKmsKeyArn: key });
});

test.each(['eu-west-1', 'us-gov-east-1', 'cn-northwest-1', 'eusc-de-east-1'])('%s is a region', (region) => {
  expect(readSettings({ region }, {})).toEqual({ region });
});

test('a setting takes precedence over its variable', () => {
  expect(plan({ schedule: 'rate(2 days)' }, { AUTO_ROTATION_IN_DAYS: '5' }).schedule).toBe('rate(2 days)');
  const error = new SettingError('schedule', 'x', 'it must be another');
  const env = { AUTO_ROTATION_IN_DAYS: '5' };
  expect(explainSetting(error, { schedule: 'x' }, env)).toMatch(
    /^Invalid setting schedule \("x"\): it must be another/,
  );
  expect(explainSetting(error, {}, env)).toMatch(/^Invalid setting AUTO_ROTATION_IN_DAYS for schedule \("x"\)/);
  expect(explainSetting(new Error('another'), {}, env)).toBeUndefined();
});

test.each([
  [{ AUTO_ROTATION_IN_DAYS: '0' }, /^Invalid setting AUTO_ROTATION_IN_DAYS \("0"\): it must be a whole number of days/],
  [
    { AUTO_ROTATION_IN_DAYS: '366' },
    /^Invalid setting AUTO_ROTATION_IN_DAYS \("366"\): it must be a whole number of days, from 1 to 365/,
  ],
  [
    { SKIP_TEST_STEP_ENV_KEY_VALUE: 'perhaps' },
    /^Invalid setting SKIP_TEST_STEP_ENV_KEY_VALUE \("perhaps"\): it must be true or false/,
  ],
  [{ OVERRIDE_REGION: 'x' }, /^Invalid setting OVERRIDE_REGION \("x"\):/],
])('a variable that is wrong is named: %j', (env, message) => {
  expect(() => plan({}, env as unknown as Record<string, string>)).toThrow(message);
});

test.each(['7d', '36h', '0.25', '.5', '7', '1w', '1.5', '0h', '2D', ' 7d'])(
  'rotateBefore %j is valid here exactly if the function accepts it',
  (text) => {
    const understood = parseRotateBefore(text.trim()) !== undefined;
    const attempt = (): Plan => plan({ rotateBefore: text });
    if (understood) expect(attempt().rotateBefore).toBe(text.trim());
    else expect(attempt).toThrow('rotateBefore');
  },
);

test('the app prints one sentence about a wrong setting and ends with exit code 2', async () => {
  expect(await runApp({ schedule: 'hourly' })).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Invalid setting schedule \("hourly"\): [^\n]+\.\n$/),
  });
});

test('a construct refuses a key object together with a key ARN', () => {
  const topicKey = {} as NonNullable<Parameters<typeof planRotation>[0]['topicKey']>;
  expect(() => planRotation({ topicKey, topicKmsKeyArn: 'create' }, here)).toThrow(
    /^Invalid setting topicKmsKeyArn \("create"\): topicKey is set as well/,
  );
});
