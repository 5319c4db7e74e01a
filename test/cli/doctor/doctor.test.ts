import type { NamedSchedule } from '../../../cli/deployment/schedules-of';
import type { SecretState } from '../../../cli/deployment/secret-state';
import { checkAlarms, checkSubscriptions } from '../../../cli/doctor/alerting';
import { checkDefinition, checkVersion } from '../../../cli/doctor/code';
import { showFindings } from '../../../cli/doctor/doctor-page';
import type { Finding } from '../../../cli/doctor/finding';
import { checkSchedules } from '../../../cli/doctor/schedules';
import { checkKey, checkSecret, type SecretSurroundings } from '../../../cli/doctor/secrets';
import { checkStack } from '../../../cli/doctor/stack';
import { functionNames } from '../../../functions/contract/functions';
import type { SecretArn, VersionId } from '../../../functions/contract/names';
import { Sensitive } from '../../../functions/language/sensitive';
import { readToken, requireToken } from '../../../functions/momento/token';
import { bindDefinition, readDefinitionText } from '../../../statemachine/definition';
import { createTerminal } from '../../../terminal/terminal';
import { secretName } from '../../functions/fake-ports';
import { withOperator } from '../operator';

const now = 1_800_000_000_000;
const hour = 3_600;
const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Rotate';

const verdicts = (findings: readonly (Finding | undefined)[]) => findings.map((finding) => finding?.verdict);

test('against the embedded cloud it checks the available services, and lists the others', () =>
  withOperator({}, async ({ run }) => {
    await run(['rotate', '--json']);
    const { code, out } = await run(['doctor']);
    expect(code).toBe(0);
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('✓ ok token in momento/authentication-token: It can be rotated, Momento accepts it');
    expect(text).toMatch(/✓ ok last success of momento\/authentication-token: rotated .* ago/);
    expect(text).toContain('– not checked stack: not available here');
    expect(text).toContain('0 problems');
  }));

test('a token that Momento does not accept is a problem, with exit code 1', () =>
  withOperator({}, async ({ run, cloud, labels }) => {
    const value = cloud.secretsManager.storedValue(secretName, labels().AWSCURRENT ?? '') ?? '';
    cloud.momento.revoke((JSON.parse(value) as { authToken: string }).authToken);
    const { code, json } = await run(['doctor', '--json']);
    expect(code).toBe(1);
    expect(json().findings).toContainEqual({
      verdict: 'problem',
      about: `token in ${secretName}`,
      found: 'Momento does not accept it',
      remedy: expect.stringContaining('npx momento-rotation import'),
    });
  }));

const scheduled = (changes: Partial<NamedSchedule['schedule']> = {}): { readonly value: readonly NamedSchedule[] } => ({
  value: [
    {
      name: 'Schedule',
      schedule: {
        name: 'Schedule',
        enabled: true,
        targetArn: stateMachineArn,
        secretName,
        isCheck: false,
        flexibleWindowMinutes: 0,
        expression: 'rate(1 day)',
        timeZone: 'UTC',
        since: now - 1_000,
        ...changes,
      },
    },
  ],
});

test('a schedule is fine if it is enabled and starts this state machine', () => {
  const check = (schedules: Parameters<typeof checkSchedules>[1]) => {
    const [finding] = checkSchedules({ stateMachineArn }, schedules, now);
    return [finding?.verdict, finding?.found];
  };
  expect(check(scheduled())).toEqual(['ok', expect.stringMatching(/rotates by rate\(1 day\), next about 2027-/)]);
  expect(check(scheduled({ isCheck: true }))).toEqual(['ok', expect.stringContaining('tests the token')]);
  expect(check(scheduled({ enabled: false }))).toEqual(['problem', expect.stringContaining('is disabled')]);
  expect(check(scheduled({ targetArn: 'arn:other' }))).toEqual(['problem', expect.stringContaining('arn:other')]);
  expect(check(scheduled({ expression: 'at(2020-01-01T00:00:00)' }))).toEqual(['problem', expect.anything()]);
  expect(check({ value: [{ name: 'Schedule', schedule: undefined }] })).toEqual(['problem', expect.anything()]);
  expect(check({ unknown: 'refused' })).toEqual(['notChecked', 'refused']);
});

const aToken = (document: object = {}) =>
  requireToken(
    readToken(
      new Sensitive(
        JSON.stringify({ authToken: 'a', refreshToken: 'r', validUntil: now / 1000 + 60 * hour, ...document }),
      ),
    ),
  );

const aState = (changes: Partial<SecretState> = {}, left = 60 * hour): SecretState => ({
  name: secretName,
  arn: 'arn' as SecretArn,
  kmsKeyId: undefined,
  nativeRotation: false,
  versions: [],
  current: {
    value: {
      versionId: 'version' as VersionId,
      issuedAt: now / 1000,
      validUntil: now / 1000 + left,
      isRefreshable: true,
      token: aToken(),
    },
  },
  ...changes,
});

const successAt = (ago: number) => ({
  value: new Map([
    [
      String(secretName),
      {
        last: undefined,
        among: 1,
        lastSuccess: { executionArn: 'a', name: 'n', outcome: 'rotated', error: undefined, at: now / 1000 - ago },
      },
    ],
  ]),
});

const around = (changes: Partial<SecretSurroundings> = {}): SecretSurroundings => ({
  now,
  schedules: scheduled(),
  runs: successAt(hour),
  momento: { value: 'works' },
  keyState: { value: undefined },
  ...changes,
});

const findingsOf = (state: SecretState, surroundings: SecretSurroundings) => {
  const findings = checkSecret(state, surroundings);
  return (about: string) => findings.find((finding) => finding.about.startsWith(about));
};

test('a secret with a token that works, is rotated in time and was rotated lately is fine', () => {
  expect(verdicts(checkSecret(aState(), around()))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
});

test.each<[string, SecretState, Partial<SecretSurroundings>, string]>([
  ['no token', aState({ current: { value: 'It is empty.' } }), {}, 'problem'],
  ['an expired one', aState({}, 0), {}, 'problem'],
  ['one that is rejected', aState(), { momento: { value: 'rejected' } }, 'problem'],
  ['one that Momento could not be asked about', aState(), { momento: { unknown: 'down' } }, 'warning'],
  ['one that may not be read', aState({ current: { unknown: 'refused' } }), {}, 'notChecked'],
  ['one that may not list caches', aState(), { momento: { value: 'forbidden' } }, 'ok'],
])('token: %s', (_, state, changes, verdict) => {
  expect(findingsOf(state, around(changes))('token')?.verdict).toBe(verdict);
});

test('the runway is counted in scheduled runs before the token expires', () => {
  const runway = (left: number) => findingsOf(aState({}, left), around())('runway');
  expect(runway(60 * hour)).toMatchObject({ verdict: 'ok', found: expect.stringMatching(/^2 scheduled runs/) });
  expect(runway(47 * hour)).toMatchObject({ verdict: 'warning', found: expect.stringMatching(/^1 scheduled run /) });
  expect(runway(23 * hour)).toMatchObject({ verdict: 'problem', found: expect.stringMatching(/^0 scheduled runs/) });
  expect(findingsOf(aState(), around({ schedules: { unknown: 'refused' } }))('runway')?.verdict).toBe('notChecked');
});

test('a success that is longer ago than two runs is a problem; no success at all is a warning', () => {
  const last = (ago: number) => findingsOf(aState(), around({ runs: successAt(ago) }))('last success')?.verdict;
  expect([last(51 * hour), last(51 * hour + 1)]).toEqual(['ok', 'problem']);
  expect(findingsOf(aState(), around({ runs: { value: new Map() } }))('last success')?.verdict).toBe('warning');
});

test.each<[string, number, number]>([
  ['rate(1 day)', 15, 53],
  ['rate(90 minutes)', 0, 7],
  // The alarm cannot look back further than seven days.
  ['rate(5 days)', 0, 168],
  // No alarm watches runs this infrequent.
  ['rate(30 days)', 0, 2 * 30 * 24 + 3],
])('a success is too long ago when the alarm is raised: %s, up to %d minutes later, %d hours', (...row) => {
  const [expression, flexibleWindowMinutes, hours] = row;
  const schedules = scheduled({ expression, flexibleWindowMinutes });
  const last = (ago: number) =>
    findingsOf(aState(), around({ schedules, runs: successAt(ago) }))('last success')?.verdict;
  expect([last(hours * hour), last(hours * hour + 1)]).toEqual(['ok', 'problem']);
});

test('a missing resource is a problem; one that may not be read is not', () => {
  const gone = { unknown: 'There is no state machine.', absent: true } as const;
  expect(findingsOf(aState(), around({ runs: gone }))('last success')?.verdict).toBe('problem');
  expect(findingsOf(aState(), around({ runs: { unknown: 'refused' } }))('last success')?.verdict).toBe('notChecked');
  expect(verdicts(checkSubscriptions(gone))).toEqual(['problem']);
  expect(checkDefinition(gone, '{}').verdict).toBe('problem');
});

test('native rotation is a problem', () => {
  expect(findingsOf(aState({ nativeRotation: true }), around())('native')).toMatchObject({
    verdict: 'problem',
    remedy: expect.stringContaining('cancel-rotate-secret'),
  });
});

test.each([
  [undefined, 'ok'],
  ['Enabled', 'ok'],
  ['Disabled', 'problem'],
  ['PendingDeletion', 'problem'],
  ['Missing', 'problem'],
])('a key in the state %s is %s', (state, verdict) => {
  expect(checkKey('key', { value: state }).verdict).toBe(verdict);
});

test.each([
  ['CREATE_COMPLETE', 'ok'],
  ['UPDATE_COMPLETE', 'ok'],
  ['UPDATE_IN_PROGRESS', 'warning'],
  ['UPDATE_ROLLBACK_COMPLETE', 'warning'],
  ['ROLLBACK_COMPLETE', 'problem'],
  ['UPDATE_ROLLBACK_FAILED', 'problem'],
])('a stack in the state %s is %s', (status, verdict) => {
  const stack = { name: 'Stack', status, alertTopicArn: 'arn', scheduleNames: ['one'], version: undefined };
  expect(verdicts(checkStack({ stack, secretIds: ['one'] }))).toEqual([verdict]);
  expect(verdicts(checkStack({ stack, secretIds: [] }))).toEqual(['problem']);
});

test('without a subscriber to the alerts there is a problem', () => {
  const email = (endpoint: string, confirmed: boolean) => ({ protocol: 'email', endpoint, confirmed });
  const check = (...value: ReturnType<typeof email>[]) => verdicts(checkSubscriptions({ value }));
  expect(check()).toEqual(['problem']);
  expect(check(email('a@example.com', true))).toEqual(['ok']);
  expect(check(email('a@example.com', false))).toEqual(['problem']);
  expect(check(email('a@example.com', true), email('b@example.com', false))).toEqual(['ok', 'warning']);
});

test('each raised alarm is a problem, and so is a deployment without alarms', () => {
  const alarm = (name: string, inTrouble: boolean) => ({ name, inTrouble, description: 'Why.' });
  expect(verdicts(checkAlarms({ value: [] }))).toEqual(['problem']);
  expect(verdicts(checkAlarms({ value: [alarm('a', false)] }))).toEqual(['ok']);
  expect(verdicts(checkAlarms({ value: [alarm('a', true), alarm('b', false), alarm('c', true)] }))).toEqual([
    'problem',
    'problem',
  ]);
});

test('the deployed definition equals the file except for its placeholders, and differs after a change', () => {
  const functions = Object.fromEntries(functionNames.map((name) => [name, `arn:aws-cn:lambda:${name}`]));
  const live = bindDefinition({
    functions: functions as Parameters<typeof bindDefinition>[0]['functions'],
    alertTopic: 'arn:topic',
  }) as {
    TimeoutSeconds: number;
  };
  const file = readDefinitionText();
  const inChina = JSON.stringify(live).replaceAll('arn:aws:states', 'arn:aws-cn:states');
  expect(checkDefinition({ value: inChina }, file).verdict).toBe('ok');
  const changed = JSON.stringify({ ...live, TimeoutSeconds: live.TimeoutSeconds + 1 });
  expect(checkDefinition({ value: changed }, file).verdict).toBe('warning');
  expect(checkDefinition({ value: JSON.stringify({ ...live, Extra: 1 }) }, file).verdict).toBe('warning');
  expect(checkDefinition({ value: 'no JSON' }, file).verdict).toBe('warning');
});

test('the version of the stack is that of this clone, another one, or missing', () => {
  const check = (version: string | undefined) => checkVersion({ value: version }, '1.0.0+abc');
  expect(check('1.0.0+abc')).toMatchObject({ verdict: 'ok' });
  expect(check('1.0.0+def')).toMatchObject({
    verdict: 'warning',
    found: 'Deployed from other sources: 1.0.0+def, not 1.0.0+abc',
    remedy: expect.stringContaining('npm run deploy'),
  });
  expect(check(undefined)).toMatchObject({ verdict: 'warning', found: expect.stringContaining('no output Version') });
  expect(checkVersion({ unknown: 'refused' }, '1.0.0+abc').verdict).toBe('notChecked');
});

test.each([80, 200])('each line has its verdict in words, and fits into %d columns', (columns) => {
  let text = '';
  const stream = { isTTY: true, columns, write: (written: string) => (text += written) };
  const findings: Finding[] = [
    ...checkStack({ stack: undefined, secretIds: [] }),
    ...checkSecret(aState({}, 0), around({ momento: { unknown: 'down' } })),
  ];
  showFindings(createTerminal(stream, { NO_COLOR: '1' }), findings);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  for (const word of ['– not checked', '✗ problem', '✓ ok', '→ ']) expect(text).toContain(word);
  expect(text).toMatch(/\n2 problems, 0 warnings, 3 ok, 1 not checked\.\n$/);
});
