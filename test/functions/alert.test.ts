import { sendAlert } from '../../functions/alert';
import type { Rotation, SecretName } from '../../functions/contract';
import { errorNames } from '../../functions/errors';
import { type Failure, parseFailure } from '../../functions/failure';
import type { AlertMessage } from '../../functions/ports';

const now = Date.parse('2026-12-01T10:00:00Z');
const hour = 3_600;
const execution = 'arn:aws:states:eu-west-1:123456789012:execution:Rotate-Machine:run-1';
const secretName = 'momento/authentication-token' as SecretName;

const rotation = (changes: Partial<Rotation> = {}): Rotation =>
  ({
    secretName,
    secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:momento/authentication-token-AbCdEf',
    decision: 'refresh',
    currentVersionId: 'version-of-current',
    candidateVersionId: 'version-of-candidate',
    candidateValidUntil: now / 1000 + 48 * hour,
    validUntil: now / 1000 + 171 * hour,
    ...changes,
  }) as Rotation;

const cause = (errorMessage: string) => JSON.stringify({ errorType: 'E', errorMessage, trace: ['at nowhere'] });

/** What the state machine sends. */
const event = (step: string, error: string, message: string, more: object = {}) => ({
  execution,
  input: {},
  data: {
    failed: { step, secretName: 'unknown' },
    error: { Error: error, Cause: cause(message) },
    rotation: rotation(),
    ...more,
  },
});

const noDefault = (): SecretName => {
  throw new Error('There is no default.');
};

const parse = (value: unknown): Failure => parseFailure(value, () => 'default/secret' as SecretName, now / 1000);

/** What is published for this event. */
const publish = async (value: unknown, scheduleInterval = 24 * hour): Promise<AlertMessage & { text: string }> => {
  const published: AlertMessage[] = [];
  const topic = {
    publish: async (message: AlertMessage) => {
      published.push(message);
    },
  };
  const clock = {
    now: () => now,
    sleep: async () => {},
    deadline: () => ({ expired: Promise.resolve(), cancel() {} }),
  };
  const log = { info() {}, warn() {}, count() {}, gauge() {} };
  const receipt = await sendAlert({ topic, clock, log }, { scheduleInterval })(parse(value));
  const [message] = published;
  if (published.length !== 1 || message === undefined) throw new Error(`${published.length} alerts`);
  expect(receipt.severity).toBe(message.alert.severity);
  return { ...message, text: message.lines.join('\n') };
};

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

describe('the message', () => {
  test('programs get exactly the fields of the contract', async () => {
    const { alert } = await publish(event('Refresh', 'RefreshRejected', 'Momento refused.'));
    expect(alert).toEqual({
      severity: 'critical',
      secretName,
      step: 'Refresh',
      error: 'RefreshRejected',
      message: 'Momento refused.',
      validUntil: now / 1000 + 171 * hour,
      executionArn: execution,
      consoleUrl: `https://console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${execution}`,
    });
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/states/home?region=cn-north-1#'],
    ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com/states/home?region=us-gov-west-1#'],
  ])('the console is that of the partition %s', async (partition, region, expected) => {
    const arn = `arn:${partition}:states:${region}:123456789012:execution:m:run`;
    const { alert, text } = await publish({ ...event('Refresh', 'ClaimHeld', 'Held.'), execution: arn });
    expect(alert.consoleUrl).toBe(`${expected}/v2/executions/details/${arn}`);
    expect(text).toContain(`arn:${partition}:states:${region}:123456789012:stateMachine:m`);
  });

  test.each(['a+b@c=(d)!', "o'clock", 'ausführung'])('an execution that is called %s has its link', async (name) => {
    const arn = `arn:aws:states:eu-west-1:123456789012:execution:m:${name}`;
    const { alert } = await publish({ ...event('Refresh', 'ClaimHeld', 'Held.'), execution: arn });
    expect(alert.consoleUrl).toMatch(/^https:/);
  });

  test('a machine whose name a shell would not take as one gets no command', async () => {
    const arn = 'arn:aws:states:eu-west-1:123456789012:execution:$(m):run';
    const { lines } = await publish({ ...event('Refresh', 'ClaimHeld', 'Held.'), execution: arn });
    expect(lines.filter((line) => line.includes('aws '))).toEqual([]);
    expect(lines.at(-1)).toBe(arn);
  });

  test('in a partition whose console is not known, the ARN stands in for the link', async () => {
    const arn = 'arn:aws-iso:states:us-iso-east-1:123456789012:execution:m:run';
    const { alert, lines } = await publish({ ...event('Refresh', 'ClaimHeld', 'Held.'), execution: arn });
    expect(alert.consoleUrl).toBeNull();
    expect(lines.at(-1)).toBe(arn);
  });

  test.each([
    ['a secret with the longest name', { secretName: 's'.repeat(512) as SecretName }, 'SecretsManagerUnavailable'],
    ['the longest error too', { secretName: 's'.repeat(512) as SecretName }, `Lambda.${'E'.repeat(57)}`],
  ])('the subject is what SNS takes: %s', async (_, changes, error) => {
    const { subject } = await publish(event('Refresh', error, 'No.', { rotation: rotation(changes) }));
    expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    expect(subject).toContain('...');
  });

  test('the subject says how bad it is, which secret, and the error', async () => {
    expect((await publish(event('Refresh', 'ClaimHeld', 'Held.'))).subject).toBe(
      '[warning] Rotation of momento/authentication-token failed: ClaimHeld',
    );
  });
});

describe('what is believed of what the state machine sends', () => {
  const fetchFailed = (error: string, errorCause: string, input: unknown = {}) => ({
    execution,
    input,
    data: { failed: { step: 'Fetch' }, error: { Error: error, Cause: errorCause } },
  });

  test('only a sentence of ours is repeated, whatever else a cause may hold', () => {
    for (const error of [
      'Lambda.Unknown',
      'Lambda.AWSLambdaException',
      'TypeError',
      'States.Timeout',
      'CANARY error',
    ]) {
      const failure = parse(fetchFailed(error, cause('CANARY')));
      expect(JSON.stringify(failure)).not.toContain('CANARY');
      expect(failure.message).toMatch(/[\w)]\.$/);
    }
    expect(parse(fetchFailed('SecretNotFound', cause('There is none.'))).message).toBe('There is none.');
  });

  test('a refresh that was cut short leaves open whether there is a new token', () => {
    expect(parse(event('Refresh', 'Sandbox.Timedout', 'x')).message).toContain('Whether Momento made a new token');
    expect(parse(event('Promote', 'Sandbox.Timedout', 'x')).message).not.toContain('Momento');
  });

  test('a cause that is a sentence and no JSON is one of the state machine’s own', () => {
    expect(parse(fetchFailed('TokenRejected', 'It drifted.')).message).toBe('It drifted.');
  });

  test('a cause without a message does not stop the alert', () => {
    expect(parse(fetchFailed('MomentoUnavailable', '')).message).toContain('No more is known');
    expect(parse(fetchFailed('MomentoUnavailable', '{}')).message).toContain('No more is known');
  });

  test.each([
    [{}, 'default/secret'],
    [{ secretName: 'other/secret' }, 'other/secret'],
    [{ secretName: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:other/secret-AbCdEf' }, 'other/secret'],
    [{ secretName: 'other/secret', typo: true }, 'other/secret'],
    [{ secretNam: 'other/secret' }, undefined],
    [{ secretName: 'no name' }, undefined],
    ['text', undefined],
  ])('the secret that the input %j means is %s', (input, expected) => {
    expect(parse(fetchFailed('InvalidInput', cause('Wrong.'), input)).secretName).toBe(expected);
  });

  test('without a default secret there still is an alert', () => {
    expect(parseFailure(fetchFailed('InvalidInput', cause('Wrong.')), noDefault, 0).secretName).toBeUndefined();
  });

  test('what the state machine does not send is InvalidInput', () => {
    for (const value of [undefined, {}, { execution }, { execution, data: { failed: { step: 'Fetch' } } }]) {
      expect(() => parse(value)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
    }
  });
});
