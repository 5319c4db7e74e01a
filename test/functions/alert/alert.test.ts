import { errorNames } from '../../../functions/contract/errors';
import { event, hour, now, publish, rotation } from './alerting';

const withLife = (seconds: number, error = 'MomentoUnavailable') =>
  event('Refresh', error, 'It failed.', { rotation: rotation({ validUntil: now / 1000 + seconds }) });

describe('what it means for applications', () => {
  test('they keep using the current token, for as long as it lives', async () => {
    const { text, alert } = await publish(withLife(171 * hour));
    expect(text).toContain('They keep using the current token, valid until 2026-12-08 13:00 UTC, 7 days 3 hours left.');
    expect(alert).toMatchObject({ severity: 'warning', validUntil: now / 1000 + 171 * hour });
  });

  test('an expired token is critical, and applications are failing', async () => {
    const { text, alert } = await publish(withLife(-2 * hour));
    expect(text).toContain('Their token has expired, 2 hours ago (2026-12-01 08:00 UTC): applications are failing.');
    expect(alert.severity).toBe('critical');
  });

  test('the instant of the expiry counts as expired', async () => {
    expect((await publish(withLife(0))).text).toContain('applications are failing');
  });

  test.each([
    [24 * hour + 1, 'warning'],
    [24 * hour, 'critical'],
  ])('with %d s left and a run every 24 h: %s', async (seconds, severity) => {
    const { text, alert } = await publish(withLife(seconds));
    expect(alert.severity).toBe(severity);
    expect(text.includes('That is before the next scheduled run.')).toBe(severity === 'critical');
    expect(text.includes('comes too late')).toBe(severity === 'critical');
  });

  test('how often it is scheduled decides what is too late', async () => {
    expect((await publish(withLife(2 * hour), hour)).alert.severity).toBe('warning');
    expect((await publish(withLife(2 * hour), 3 * hour)).alert.severity).toBe('critical');
  });

  test.each(['RefreshRejected', 'NotRefreshable', 'MalformedSecret'])(
    '%s is critical, however long it lives',
    async (error) => {
      const { text, alert } = await publish(withLife(1_000 * hour, error));
      expect(alert.severity).toBe('critical');
      expect(text).toContain('It cannot be refreshed any more.');
      expect(text).toContain("Make a new token in Momento's console before 2027-01-12 02:00 UTC");
    },
  );

  test('what Fetch could not read is not made up', async () => {
    const { text, alert } = await publish(event('Fetch', 'AccessDenied', 'No.', { rotation: undefined }));
    expect(alert).toMatchObject({ severity: 'warning', validUntil: null, secretName: 'default/secret' });
    expect(text).toContain('How long their token lives is not known here.');
  });

  test('a secret that is deleted meanwhile has no token that anybody could read', async () => {
    const { text, alert } = await publish(event('Refresh', 'SecretNotFound', 'It is gone.'));
    expect(alert).toMatchObject({ severity: 'critical', validUntil: null });
    expect(text).toContain('No application can read a secret of this name.');
  });

  test('after a conflict, the expiry that Fetch saw is not that of the current token', async () => {
    const { text, alert } = await publish(event('Promote', 'VersionConflict', 'It moved.'));
    expect(alert).toMatchObject({ severity: 'warning', validUntil: null });
    expect(text).toContain('They use what somebody else made current meanwhile');
  });

  test.each([
    [
      'rolled back',
      { tested: { rotation: { verdict: 'rolledBack', testedAt: now / 1000 } } },
      'warning',
      'They use the previous token again, valid until 2026-12-08',
    ],
    [
      'both rejected',
      { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 } } },
      'critical',
      'the one before it does not work either: applications are failing',
    ],
    [
      'both rejected hours ago, and told by an execution that was redriven',
      { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 - 5 * hour } } },
      'critical',
      'did not accept when it was last asked',
    ],
    [
      'roll back failed hours after both were tested',
      { tested: { rotation: { verdict: 'works', testedAt: now / 1000 - 5 * hour } }, unanswered: {} },
      'critical',
      'did not accept when it was last asked',
    ],
    [
      'previous one not tested',
      { unanswered: {} },
      'critical',
      'could not be tested: applications are probably failing',
    ],
    [
      'somebody else made another one current before the roll back',
      {
        tested: { rotation: { verdict: 'works', testedAt: now / 1000 } },
        unanswered: { Error: 'VersionConflict', Cause: '{}' },
      },
      'warning',
      'They use what somebody else made current meanwhile',
    ],
    [
      'roll back failed',
      { tested: { rotation: { verdict: 'works', testedAt: now / 1000 } }, unanswered: {} },
      'critical',
      'failed or gave no answer: applications are probably failing',
    ],
  ])('a promoted token that is rejected: %s', async (_, more, severity, expected) => {
    const { text, alert } = await publish(event('Verify', 'TokenRejected', 'It does not work.', more));
    expect(text).toContain(expected);
    expect(alert.severity).toBe(severity);
  });

  test('a promotion of which nobody knows says so', async () => {
    const { text } = await publish(event('Promote', 'SecretsManagerUnavailable', 'Down.', { unanswered: {} }));
    expect(text).toContain('They use the current token, or the new one if its promotion got through');
  });
});

describe('what to do', () => {
  const put =
    'aws secretsmanager put-secret-value --region eu-west-1 --secret-id momento/authentication-token --secret-string file://momento_token.info.json';
  const start =
    'aws stepfunctions start-execution --region eu-west-1 --state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:Rotate-Machine --input \'{"secretName": "momento/authentication-token"}\'';
  const list = 'aws secretsmanager list-secrets --region eu-west-1';
  const restore =
    'aws secretsmanager update-secret-version-stage --region eu-west-1 --secret-id momento/authentication-token --version-stage AWSCURRENT --move-to-version-id version-of-current --remove-from-version-id version-of-candidate';

  const commands: Record<string, string> = {
    MalformedSecret: put,
    NotRefreshable: put,
    RefreshRejected: put,
    SecretNotFound: list,
  };

  test.each([...errorNames, 'Runtime.ExitError', 'TypeError'])('%s comes with its command', async (error) => {
    const { lines } = await publish(event('Refresh', error, 'It failed.'));
    expect(lines.filter((line) => line.startsWith('  aws '))).toEqual([
      expect.stringContaining(commands[error] ?? start),
    ]);
  });

  test('a roll back that failed is done by hand', async () => {
    const more = { tested: {}, unanswered: {} };
    expect((await publish(event('Verify', 'TokenRejected', 'No.', more))).lines).toContain(`  ${restore}`);
  });

  test('a previous token that nobody tested is not said to work', async () => {
    const { text } = await publish(event('Verify', 'TokenRejected', 'No.', { unanswered: {} }));
    expect(text).toContain('If the previous token works, make its version current again');
    expect(text).toContain(restore);
  });

  test('when neither token works, a new one is needed now', async () => {
    const { text } = await publish(
      event('Verify', 'TokenRejected', 'No.', { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 } } }),
    );
    expect(text).toContain("Make a new token in Momento's console now");
  });
});
