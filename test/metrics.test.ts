import type { Metric } from '../functions/contract/metrics';
import { chooseFailure } from '../local/failures/choose';
import { type Setting, type SettingOptions, secretName, withCloud } from './cloud';
import { runProvoked } from './failures/provoked';

// The alarms and the dashboard depend on these: which outcomes are counted, and which token's expiry is reported.

interface Metrics {
  readonly names: string[];
  /** The values of time_to_expiry, in hours. */
  readonly hoursLeft: number[];
}

const metricsIn = (lines: readonly string[]): Metrics => {
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const metrics = records.flatMap((record) => {
    const {
      CloudWatchMetrics: [
        {
          Metrics: [{ Name = '' } = {}],
        },
      ] = [{ Metrics: [] }],
    } = (record._aws ?? {}) as {
      CloudWatchMetrics?: [{ Metrics: { Name: Metric }[] }];
    };
    if (Name === '' || Name.startsWith('step_')) return [];
    expect([secretName, 'unknown']).toContain(record.secretName);
    return [{ name: Name as string, value: Number(record[Name]) }];
  });
  return {
    names: [...new Set(metrics.map(({ name }) => name))].filter((name) => name !== 'time_to_expiry').sort(),
    hoursLeft: metrics.filter(({ name }) => name === 'time_to_expiry').map(({ value }) => Math.round(value / 3600)),
  };
};

/** Passes half of the current token's lifetime of one day. */
const atHalfTime = async ({ clock, lines }: Setting): Promise<void> => {
  await clock.sleep(12 * 3_600_000);
  lines.length = 0;
};

const runOne = (options: SettingOptions, input: object): Promise<Metrics> =>
  withCloud(options, async (setting) => {
    await atHalfTime(setting);
    expect((await setting.machine.start(input)).status).toBe('SUCCEEDED');
    return metricsIn(setting.lines);
  });

test.each<[string, SettingOptions, object, Metrics]>([
  [
    'a rotation is a success and reports the new token’s expiry',
    {},
    {},
    { names: ['rotated', 'succeeded'], hoursLeft: [24] },
  ],
  [
    'a run that is not due is a success and reports the current token’s expiry',
    { env: { ROTATE_BEFORE: '1h' } },
    {},
    { names: ['not_due', 'succeeded'], hoursLeft: [12] },
  ],
  [
    'a rotation without validation is a success after its promotion',
    { env: { SKIP_VALIDATION: 'true' } },
    {},
    { names: ['rotated', 'succeeded'], hoursLeft: [24] },
  ],
  ['a dry run is a check, not a success', {}, { dryRun: true }, { names: ['checked'], hoursLeft: [12] }],
  [
    'a dry run is a check even when no rotation is due',
    { env: { ROTATE_BEFORE: '1h' } },
    { dryRun: true },
    { names: ['checked'], hoursLeft: [12] },
  ],
])('%s', async (_, options, input, expected) => {
  expect(await runOne(options, input)).toEqual(expected);
});

test('a dry run whose test fails is not counted as a check', () =>
  withCloud({}, async ({ cloud, machine, lines }) => {
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString: JSON.stringify({ ...JSON.parse(foreignToken), validUntil: 4_000_000_000 }),
      ClientRequestToken: 'e'.repeat(32),
      VersionStages: ['AWSCURRENT'],
    });
    expect((await machine.start({ dryRun: true })).output).toMatchObject({
      outcome: 'dryRun',
      detail: expect.stringContaining('Momento does not accept the token'),
    });
    expect(metricsIn(lines).names).toEqual([]);
  }));

/** In the format of Momento's keys, but unknown to the embedded Momento. */
const foreignToken = JSON.stringify({
  authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'unknown' })).toString('base64'),
  refreshToken: 'unknown',
});

test.each<[string, Metrics]>([
  // After the rollback, the previous token is in use again.
  [
    'verify:TokenRejected:always',
    { names: ['failed_to_test_api_token', 'rolled_back', 'rotated'], hoursLeft: [24, 24] },
  ],
  ['verify:crash:always', { names: ['rotated'], hoursLeft: [24] }],
  ['refresh:RefreshRejected', { names: ['failed_to_refresh_api_token'], hoursLeft: [24] }],
  ['promote:AccessDenied', { names: [], hoursLeft: [24] }],
  ['fetch:alreadyRunning', { names: ['already_running'], hoursLeft: [24] }],
  ['fetch:MalformedSecret', { names: [], hoursLeft: [] }],
])('%s is not a success, and reports the expiry of the token in use', async (name, expected) => {
  const chosen = chooseFailure(name);
  if (chosen === undefined) throw new Error(`There is no failure ${name}.`);
  expect(await runProvoked(chosen, {}, ({ lines }) => metricsIn(lines))).toEqual(expected);
});
