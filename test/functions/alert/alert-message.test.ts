import type { SecretName } from '../../../functions/contract/names';
import { event, execution, hour, now, publish, rotation, secretName } from './alerting';

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

  test('no command for a state machine whose name has a meaning for a shell', async () => {
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
