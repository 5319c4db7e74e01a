import { errorNames } from '../../../functions/contract/errors';
import { event, hour, now, publish, rotation } from './alerting';

const withLife = (seconds: number, error = 'MomentoUnavailable') =>
  event('Refresh', error, 'It failed.', { rotation: rotation({ validUntil: now / 1000 + seconds }) });

describe('the meaning for applications', () => {
  test('they keep using the current token until it expires', async () => {
    const { text, alert } = await publish(withLife(171 * hour));
    expect(text).toContain(
      'Applications keep using the current token, which is valid until 2026-12-08 13:00 UTC (7 days 3 hours left).',
    );
    expect(alert).toMatchObject({ severity: 'warning', validUntil: now / 1000 + 171 * hour });
  });

  test('an expired token is critical, and applications are failing', async () => {
    const { text, alert } = await publish(withLife(-2 * hour));
    expect(text).toContain('Applications are failing: their token expired 2 hours ago (2026-12-01 08:00 UTC).');
    expect(alert.severity).toBe('critical');
  });

  test('the instant of the expiry counts as expired', async () => {
    expect((await publish(withLife(0))).text).toContain('Applications are failing');
  });

  test.each([
    [24 * hour + 1, 'warning'],
    [24 * hour, 'critical'],
  ])('with %d s left and a run every 24 h: %s', async (seconds, severity) => {
    const { text, alert } = await publish(withLife(seconds));
    expect(alert.severity).toBe(severity);
    expect(text.includes('It expires before the next scheduled run.')).toBe(severity === 'critical');
    expect(text.includes('Do not wait for the next scheduled run')).toBe(severity === 'critical');
  });

  test('the schedule decides which expiry is too early', async () => {
    expect((await publish(withLife(2 * hour), hour)).alert.severity).toBe('warning');
    expect((await publish(withLife(2 * hour), 3 * hour)).alert.severity).toBe('critical');
  });

  test.each(['RefreshRejected', 'NotRefreshable', 'MalformedSecret'])(
    '%s is critical, however late the token expires',
    async (error) => {
      const { text, alert } = await publish(withLife(1_000 * hour, error));
      expect(alert.severity).toBe('critical');
      expect(text).toContain('It can no longer be refreshed.');
      const kind = error === 'NotRefreshable' ? ' of a kind that has a refresh token' : '';
      expect(text).toContain(`Create a new token${kind} in the Momento console before 2027-01-12 02:00 UTC`);
    },
  );

  test('an expiry that Fetch could not read is null', async () => {
    const { text, alert } = await publish(event('Fetch', 'AccessDenied', 'No.', { rotation: undefined }));
    expect(alert).toMatchObject({ severity: 'warning', validUntil: null, secretName: 'default/secret' });
    expect(text).toContain('The expiry of their token is unknown');
  });

  test('if the secret was deleted during the execution, applications cannot read a token', async () => {
    const { text, alert } = await publish(event('Refresh', 'SecretNotFound', 'It is gone.'));
    expect(alert).toMatchObject({ severity: 'critical', validUntil: null });
    expect(text).toContain('No application can read a secret of this name.');
  });

  test('after a conflict, the expiry that Fetch saw is not that of the current token', async () => {
    const { text, alert } = await publish(event('Promote', 'VersionConflict', 'It moved.'));
    expect(alert).toMatchObject({ severity: 'warning', validUntil: null });
    expect(text).toContain('Applications use a version that someone else made current during this rotation');
  });

  test.each([
    [
      'rolled back',
      'Verify',
      { tested: { rotation: { verdict: 'rolledBack', testedAt: now / 1000 } } },
      'warning',
      'Applications use the previous token again, which is valid until 2026-12-08',
    ],
    [
      'both rejected',
      'Verify',
      { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 } } },
      'critical',
      'Applications are failing: Momento rejects the current (new) token, and the previous token does not work either',
    ],
    [
      'both rejected hours ago, and told by an execution that was redriven',
      'Verify',
      { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 - 5 * hour } } },
      'critical',
      'Momento rejected the current (new) token in its last test',
    ],
    [
      'rollback failed hours after both were tested',
      'Roll back',
      { tested: { rotation: { verdict: 'works', testedAt: now / 1000 - 5 * hour } }, unanswered: {} },
      'critical',
      'Momento rejected the current (new) token in its last test',
    ],
    [
      'previous one not tested',
      'Test both tokens',
      { unanswered: {} },
      'critical',
      'It is not known whether the previous token works',
    ],
    [
      'someone else made another one current before the rollback',
      'Roll back',
      {
        tested: { rotation: { verdict: 'works', testedAt: now / 1000 } },
        unanswered: { Error: 'VersionConflict', Cause: '{}' },
      },
      'warning',
      'Applications use a version that someone else made current during this rotation',
    ],
    [
      'rollback failed',
      'Roll back',
      { tested: { rotation: { verdict: 'works', testedAt: now / 1000 } }, unanswered: {} },
      'critical',
      'making it current again failed or gave no answer',
    ],
  ])('a promoted token that is rejected: %s', async (_, state, more, severity, expected) => {
    const { text, alert } = await publish(event(state, 'TokenRejected', 'It does not work.', more));
    expect(text).toContain(expected);
    expect(alert.severity).toBe(severity);
  });

  test('if the result of the promotion is unknown, the alert says so', async () => {
    const { text } = await publish(event('Was it promoted?', 'SecretsManagerUnavailable', 'Down.', { unanswered: {} }));
    expect(text).toContain('Applications use the current token, or the new one if its promotion got through');
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

  test('a rollback that failed is done by hand', async () => {
    const more = { tested: {}, unanswered: {} };
    expect((await publish(event('Roll back', 'TokenRejected', 'No.', more))).lines).toContain(`  ${restore}`);
  });

  test('the alert does not claim that an untested previous token works', async () => {
    const { text } = await publish(event('Test both tokens', 'TokenRejected', 'No.', { unanswered: {} }));
    expect(text).toContain('If the previous token works, make its version current again');
    expect(text).toContain(restore);
  });

  test('when neither token works, a new one is needed now', async () => {
    const { text } = await publish(
      event('Verify', 'TokenRejected', 'No.', { tested: { rotation: { verdict: 'rejected', testedAt: now / 1000 } } }),
    );
    expect(text).toContain('Create a new token in the Momento console now');
  });
});
