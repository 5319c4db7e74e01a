import { showStatus } from '../../../cli/status/status-page';
import { needsOf, type SecretStatus, type StatusReport } from '../../../cli/status/status-report';
import type { VersionId } from '../../../functions/contract/names';
import { isoTime } from '../../../functions/language/time';
import { createTerminal } from '../../../terminal/terminal';
import { secretName } from '../../cloud';
import { withOperator } from '../operator';

test('versions, expiry and the last rotation are shown; missing services are shown as not available', () =>
  withOperator({}, async ({ run, labels }) => {
    expect((await run(['status'])).out).toMatch(/never +not available here/);
    await run(['rotate', '--json']);
    const { code, out } = await run(['status']);
    expect(code).toBe(0);
    expect(out).toMatch(/^momento\/authentication-token +█{12} +rotated +not available here/m);
    expect(out).toContain('1 day left');
    expect(out).toMatch(/…[0-9a-f]{8} +AWSCURRENT, momento-successor/);
    expect(out).toMatch(/Alarms +not available here\nSubscriptions +not available here/);
    const { json } = await run(['status', '--json']);
    expect(json()).toMatchObject({
      secrets: [
        {
          secretName,
          versions: expect.arrayContaining([
            { versionId: labels().AWSPREVIOUS, labels: ['AWSPREVIOUS'], createdAt: expect.any(Number) },
          ]),
          lastRun: { value: { run: { outcome: 'rotated' }, among: 1 } },
        },
      ],
      needs: [],
    });
    const { now: seenAt, secrets } = json() as unknown as StatusReport;
    // In seconds, both of them.
    for (const { createdAt } of secrets[0]?.versions ?? []) expect(Math.abs(seenAt - createdAt)).toBeLessThan(60);
  }));

test('a failed rotation requires action until another one succeeds; a dry run does not count', () =>
  withOperator({ fail: 'fetch:MalformedSecret' }, async ({ run }) => {
    expect((await run(['rotate', '--json'])).code).toBe(1);
    await run(['rotate', '--dry-run', '--json']);
    const failed = await run(['status']);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('failed: MalformedSecret');
    expect(failed.out.replace(/\s+/g, ' ')).toContain('The last rotation of momento/authentication-token failed');
    expect((await run(['rotate', '--json'])).code).toBe(0);
    expect((await run(['status'])).code).toBe(0);
  }));

test('a secret without a token requires action; a named secret that does not exist is wrong usage', () =>
  withOperator({}, async ({ run, cloud }) => {
    cloud.secretsManager.call('CreateSecret', {
      Name: 'random',
      SecretString: 'x9,random',
      ClientRequestToken: crypto.randomUUID(),
    });
    const { code, out } = await run(['status', '--secret', 'random']);
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('no token has been imported yet');
    expect(await run(['status', '--secret', 'absent'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no secret absent in us-east-1'),
    });
  }));

const now = 1_800_000_000;
const hour = 3_600;

const token = (left: number, isRefreshable = true) => ({
  token: {
    value: { issuedAt: now - hour, validUntil: now + left, validUntilIso: isoTime(now + left), isRefreshable },
  },
});

const lastRun = (outcome: string, error?: string) => ({
  lastRun: { value: { run: { executionArn: 'arn', name: 'name', outcome, error, at: now - hour }, among: 1 } },
});

const gone = { unknown: 'It is not there.', absent: true } as const;

const aSecret = (changes: Partial<SecretStatus> = {}): SecretStatus => ({
  secretName,
  versions: [
    { versionId: '0129e87f-0000-0000-0000-000000000000' as VersionId, labels: ['AWSCURRENT'], createdAt: now - hour },
  ],
  ...token(30 * hour),
  nativeRotation: false,
  ...lastRun('rotated'),
  nextRun: { value: now + 23 * hour },
  ...changes,
});

const aReport = (secret: Partial<SecretStatus> = {}, changes: Partial<StatusReport> = {}): StatusReport => ({
  now,
  secrets: [aSecret(secret)],
  alarms: { value: [{ name: 'MomentoTokenRotation/Rotation no success', inTrouble: false, description: 'Silence.' }] },
  subscriptions: { value: [{ protocol: 'email', endpoint: 'on-call@example.com', confirmed: true }] },
  ...changes,
});

test('without problems, no action is required', () => {
  expect(needsOf(aReport())).toEqual([]);
});

test.each<[string, StatusReport, RegExp]>([
  ['an expired token', aReport(token(0)), /has expired\. .*momento-rotation import/],
  ['a token that cannot be refreshed', aReport(token(hour, false)), /cannot be refreshed/],
  ['a token that expires before the next run', aReport(token(23 * hour)), /before the next scheduled run/],
  ['nothing that is scheduled', aReport({ nextRun: { value: null } }), /No rotation .* is scheduled/],
  ['a secret that is not there', aReport({ token: gone, lastRun: gone }), /It is not there\./],
  ['a topic that is not there', aReport({}, { subscriptions: gone }), /It is not there\./],
  ['a deployment without secrets', { ...aReport(), secrets: [] }, /has no secrets/],
  [
    'a failure',
    aReport(lastRun('failed', 'RefreshRejected')),
    /failed \(RefreshRejected\)\. Its alert says what to do/,
  ],
  ['an execution that was stopped', aReport(lastRun('aborted')), /was interrupted: aborted\. Start another/],
  ['native rotation', aReport({ nativeRotation: true }), /cancel-rotate-secret/],
  [
    'an alarm',
    aReport({}, { alarms: { value: [{ name: 'no success', inTrouble: true, description: 'Silence.' }] } }),
    /Alarm no success: Silence\./,
  ],
  ['a deployment without alarms', aReport({}, { alarms: { value: [] } }), /There are no alarms/],
  ['a topic without subscribers', aReport({}, { subscriptions: { value: [] } }), /no alerts are delivered/],
  [
    'an unconfirmed subscription',
    aReport({}, { subscriptions: { value: [{ protocol: 'email', endpoint: 'a@example.com', confirmed: false }] } }),
    /a@example\.com \(email\) is not confirmed/,
  ],
])('%s needs a person', (_, report, expected) => {
  expect(needsOf(report)).toEqual([expect.stringMatching(expected)]);
});

test('a value that could not be read is shown as unknown, and requires no action', () => {
  const unknown = { unknown: 'AWS refused' };
  const report = aReport({ lastRun: unknown, nextRun: unknown }, { alarms: unknown, subscriptions: unknown });
  expect(needsOf(report)).toEqual([]);
  expect(shown(report, 80)).toContain('AWS refused');
  expect(shown(report, 80)).toContain('No action required, as far as could be checked.\n4 items could not be');
});

const shown = (report: StatusReport, columns: number): string => {
  let text = '';
  const stream = { isTTY: true, columns, write: (written: string) => (text += written) };
  showStatus(createTerminal(stream, { NO_COLOR: '1' }), report, needsOf(report));
  return text;
};

test('the page says if none of the last executions rotated the secret', () => {
  expect(shown(aReport({ lastRun: { value: { run: null, among: 500 } } }), 200)).toContain('none of the last 500');
});

test.each([80, 200])('a table of long names fits into %d columns', (columns) => {
  const long = { ...aSecret(), secretName: `team-${'x'.repeat(70)}/momento` };
  const text = shown({ ...aReport(), secrets: [long, aSecret()] }, columns);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(text).toMatch(/in 23 hours/);
  expect(text.replaceAll(/\s/g, '')).toContain('2027-01-16');
});

test('on a narrow terminal each secret is a block, and each line fits', () => {
  const [text = ''] = shown(aReport(), 40).split('Alarms');
  expect(text).toMatch(/^Secret\n {2}momento\/authentication-token\nToken\n {2}█+░*\n/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
});

test('the bar shows the remaining lifetime, and is never empty before the token expires', () => {
  expect(shown(aReport(token(hour)), 80)).toContain('██████░░░░░░');
  expect(shown(aReport(token(1)), 80)).toContain('█░░░░░░░░░░░');
  expect(shown(aReport(token(0)), 80)).toContain('░░░░░░░░░░░░');
});
