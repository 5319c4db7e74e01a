import type { Metric } from '../functions/contract/metrics';
import { chooseFailure } from '../local/failures/choose';
import { type Setting, type SettingOptions, secretName, withCloud } from './cloud';
import { runProvoked } from './failures/provoked';

// The alarms and the dashboard stand on these: what is counted when, and whose life is told.

interface Told {
  readonly names: string[];
  /** The lives that were told, in hours. */
  readonly lives: number[];
}

const toldIn = (lines: readonly string[]): Told => {
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
    lives: metrics.filter(({ name }) => name === 'time_to_expiry').map(({ value }) => Math.round(value / 3600)),
  };
};

/** Half of the current token's day is over. */
const atHalfTime = async ({ clock, lines }: Setting): Promise<void> => {
  await clock.sleep(12 * 3_600_000);
  lines.length = 0;
};

const runOne = (options: SettingOptions, input: object): Promise<Told> =>
  withCloud(options, async (setting) => {
    await atHalfTime(setting);
    expect((await setting.machine.start(input)).status).toBe('SUCCEEDED');
    return toldIn(setting.lines);
  });

test.each<[string, SettingOptions, object, Told]>([
  [
    'a rotation is a success, and the new token’s life is told',
    {},
    {},
    { names: ['rotated', 'succeeded'], lives: [24] },
  ],
  [
    'a run that is not due is a success, and the current token’s life is told',
    { env: { ROTATE_BEFORE: '1h' } },
    {},
    { names: ['not_due', 'succeeded'], lives: [12] },
  ],
  [
    'a rotation that may not be validated is a success when it is promoted',
    { env: { SKIP_VALIDATION: 'true' } },
    {},
    { names: ['rotated', 'succeeded'], lives: [24] },
  ],
  ['a dry run is a check and no success', {}, { dryRun: true }, { names: ['checked'], lives: [12] }],
  [
    'a dry run is a check also when it is not due',
    { env: { ROTATE_BEFORE: '1h' } },
    { dryRun: true },
    { names: ['checked'], lives: [12] },
  ],
])('%s', async (_, options, input, expected) => {
  expect(await runOne(options, input)).toEqual(expected);
});

test('a dry run that finds the current token dead is no check', () =>
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
    expect(toldIn(lines).names).toEqual([]);
  }));

/** Of a form that Momento's keys have, and unknown to the embedded one. */
const foreignToken = JSON.stringify({
  authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'unknown' })).toString('base64'),
  refreshToken: 'unknown',
});

test.each<[string, Told]>([
  // The token in use is the previous one again.
  ['verify:TokenRejected:always', { names: ['failed_to_test_api_token', 'rolled_back', 'rotated'], lives: [24, 24] }],
  ['verify:crash:always', { names: ['rotated'], lives: [24] }],
  ['refresh:RefreshRejected', { names: ['failed_to_refresh_api_token'], lives: [24] }],
  ['promote:AccessDenied', { names: [], lives: [24] }],
  ['fetch:alreadyRunning', { names: ['already_running'], lives: [24] }],
  ['fetch:MalformedSecret', { names: [], lives: [] }],
])('%s is no success, and the life of the token in use is told', async (name, expected) => {
  const chosen = chooseFailure(name);
  if (chosen === undefined) throw new Error(`There is no failure ${name}.`);
  expect(await runProvoked(chosen, {}, ({ lines }) => toldIn(lines))).toEqual(expected);
});
