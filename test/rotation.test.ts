import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ExecutionOutput } from '../functions/contract/rotation';
import type { EmbeddedCloud } from '../local/cloud/embedded-cloud';
import type { Machine } from '../local/machine/machine';
import { secretName, withCloud } from './cloud';

const labelsOf = ({ secretsManager }: EmbeddedCloud): Record<string, string> =>
  Object.fromEntries(
    secretsManager.snapshot(secretName).flatMap(({ versionId, labels }) => labels.map((label) => [label, versionId])),
  );

const documentIn = ({ secretsManager }: EmbeddedCloud, versionId: string | undefined) =>
  JSON.parse(secretsManager.storedValue(secretName, versionId ?? '') ?? '{}') as Record<string, unknown>;

const succeed = async (machine: Machine, input: unknown = {}): Promise<ExecutionOutput> => {
  const result = await machine.start(input);
  expect([result.status, result.error, result.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  return result.output as ExecutionOutput;
};

test('one rotation: claim, refresh, validate, promote, verify', () =>
  withCloud({}, async ({ cloud, machine }) => {
    const before = labelsOf(cloud).AWSCURRENT;
    const output = await succeed(machine, { momento_auth_token_secret_name: secretName });
    expect(output).toMatchObject({ outcome: 'rotated', secretName, previousVersionId: before, verified: true });
    expect(labelsOf(cloud)).toEqual({
      AWSCURRENT: output.versionId,
      AWSPREVIOUS: before,
      'momento-successor': output.versionId,
      'momento-claim': expect.any(String),
    });
    const document = documentIn(cloud, output.versionId);
    expect(output.validUntil).toBe(document.validUntil);
    expect(output.validUntilIso).toBe(new Date(Number(document.validUntil) * 1000).toISOString());
    expect(cloud.takeCalls()).toEqual({ momentoRefresh: 1, momentoCheck: 2, secretReads: 8, secretWrites: 4 });
  }));

test('three rotations in a row, each from the one before, with single-use refresh tokens', () =>
  withCloud({ refreshTokens: 'singleUseOldKeyDies' }, async ({ cloud, machine, clock }) => {
    let previous = labelsOf(cloud).AWSCURRENT;
    for (let round = 0; round < 3; round += 1) {
      const output = await succeed(machine);
      expect(output.previousVersionId).toBe(previous);
      previous = output.versionId;
      await clock.sleep(3_600_000);
    }
    expect(labelsOf(cloud)).not.toHaveProperty('AWSPENDING');
  }));

test('a key that may not list caches is rotated', () =>
  withCloud({}, async ({ cloud, machine }) => {
    const scoped = cloud.momento.issue({ kind: 'v1', lifeSeconds: 3600, scope: 'dataOnly' });
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString: JSON.stringify(scoped),
      ClientRequestToken: 'a'.repeat(32),
      VersionStages: ['AWSCURRENT'],
    });
    expect(await succeed(machine)).toMatchObject({ outcome: 'rotated', verified: true });
  }));

test('with a validation cache, the token is tested by a read on the data plane', async () => {
  const actions: string[] = [];
  await withCloud(
    {
      env: { VALIDATION_CACHE: 'cache' },
      intercept: (call, proceed) => {
        actions.push(call.action);
        return proceed();
      },
    },
    async ({ machine }) => {
      expect(await succeed(machine)).toMatchObject({ outcome: 'rotated', verified: true });
    },
  );
  expect(actions).toContain('get');
  expect(actions).not.toContain('listCaches');
});

test('a legacy key is rotated, and its document keeps its shape and unknown fields', () =>
  withCloud({}, async ({ cloud, machine }) => {
    const legacy = cloud.momento.issue({
      kind: 'legacy',
      lifeSeconds: 3600,
      keyField: 'apiKey',
      validUntilAs: 'string',
    });
    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString: JSON.stringify({ ...legacy, team: 'payments' }),
      ClientRequestToken: 'b'.repeat(32),
      VersionStages: ['AWSCURRENT'],
    });
    const { versionId } = await succeed(machine);
    const document = documentIn(cloud, versionId);
    expect(Object.keys(document).sort()).toEqual(['apiKey', 'refreshToken', 'team', 'validUntil']);
    expect(document).toMatchObject({ team: 'payments', validUntil: expect.stringMatching(/^\d+$/) });
  }));

test('a run that is not due reads twice and writes nothing', () =>
  withCloud({ env: { ROTATE_BEFORE: '1h' } }, async ({ cloud, machine }) => {
    expect(await succeed(machine)).toMatchObject({ outcome: 'notDue', verified: false });
    expect(cloud.takeCalls()).toEqual({ momentoRefresh: 0, momentoCheck: 0, secretReads: 2, secretWrites: 0 });
    expect(await succeed(machine, { force: true })).toMatchObject({ outcome: 'rotated' });
  }));

test('a dry run tests the current token and writes nothing', () =>
  withCloud({}, async ({ cloud, machine }) => {
    expect(await succeed(machine, { dryRun: true })).toMatchObject({ outcome: 'dryRun' });
    expect(cloud.takeCalls()).toEqual({ momentoRefresh: 0, momentoCheck: 1, secretReads: 3, secretWrites: 0 });
  }));

test.each([
  ['a secret without a token', { document: 'random string' }, {}, 'MalformedSecret'],
  ['an unknown secret', {}, { secretName: 'absent' }, 'SecretNotFound'],
  ['a wrong field', {}, { momento_auth_token_secret_nam: 1 }, 'InvalidInput'],
  ['a wrong setting', { env: { ROTATE_BEFORE: 'soon' } }, {}, 'InvalidInput'],
  [
    'a remote Momento over plain http',
    { env: { MOMENTO_ENDPOINT_OVERRIDE: 'http://example.com' } },
    {},
    'InvalidInput',
  ],
])('%s ends the execution with a named error and a sentence', async (_, options, input, name) =>
  withCloud(options, async ({ machine, cloud }) => {
    const before = labelsOf(cloud);
    const result = await machine.start(input);
    expect([result.status, result.error]).toEqual(['FAILED', name]);
    const cause = JSON.parse(result.cause ?? '{}') as Record<string, unknown>;
    expect(cause).toMatchObject({ errorType: name, errorMessage: expect.stringMatching(/^[A-Z].+\.$|cancel-rotate/) });
    expect(labelsOf(cloud)).toEqual(before);
  }),
);

test('each log line is a JSON object with execution, secret, step, versions, decision and duration', () =>
  withCloud({}, async ({ machine, lines }) => {
    const { versionId } = await succeed(machine);
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const promoted = records.find(({ step, message }) => step === 'promote' && message === 'step done');
    expect(promoted).toMatchObject({
      level: 'INFO',
      timestamp: expect.stringMatching(/^\d{4}-/),
      execution: expect.stringMatching(/^arn:aws:states:/),
      secretName,
      decision: 'staged',
      candidateVersionId: versionId,
      durationMs: expect.any(Number),
    });
    expect(records.filter(({ message }) => message === 'step done').map(({ step }) => step)).toEqual([
      'fetch',
      'refresh',
      'validate',
      'promote',
      'validate',
    ]);
  }));

test('metrics are in the embedded metric format, each with its declaration and value', () =>
  withCloud({}, async ({ machine, lines }) => {
    await succeed(machine);
    const metrics = lines.map((line) => JSON.parse(line)).filter((record) => record._aws);
    const names = metrics.map((record) => {
      const [{ Namespace, Dimensions, Metrics }] = record._aws.CloudWatchMetrics;
      expect(Namespace).toBe('MomentoTokenRotation');
      for (const dimension of Dimensions.flat()) expect(record[dimension]).toEqual(expect.any(String));
      expect(record[Metrics[0].Name]).toEqual(expect.any(Number));
      return Metrics[0].Name;
    });
    expect(new Set(names)).toEqual(new Set(['time_to_expiry', 'step_duration', 'rotated', 'succeeded']));
    const durations = metrics.filter((record) => record.step_duration !== undefined);
    expect(durations[0]._aws.CloudWatchMetrics[0].Dimensions).toEqual([['secretName', 'step']]);
  }));

test('importing the functions has no side effect: no output, no client, nothing that keeps the process alive', () => {
  const script =
    "for (const name of ['fetch', 'refresh', 'validate', 'promote']) require('./functions/' + name + '/' + name + '.lambda.ts');";
  const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
    timeout: 200_000,
  });
  expect(output).toBe('');
});
