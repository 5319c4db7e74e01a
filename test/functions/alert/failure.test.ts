import { parseFailure } from '../../../functions/alert/failure';
import type { SecretName } from '../../../functions/contract/names';
import { cause, event, execution, parse } from './alerting';

const noDefault = (): SecretName => {
  throw new Error('There is no default.');
};

describe('the data that the state machine sends', () => {
  const fetchFailed = (error: string, errorCause: string, input: unknown = {}) => ({
    execution,
    input,
    failedState: 'Fetch',
    data: { error: { Error: error, Cause: errorCause } },
  });

  test('of a cause, only the sentence of a named error is repeated', () => {
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
    expect(parse(fetchFailed('SecretNotFound', cause('It is missing.'))).message).toBe('It is missing.');
  });

  test('after an interrupted refresh, the message says that a new token may exist', () => {
    for (const error of ['Sandbox.Timedout', 'Runtime.ExitError', 'Runtime.OutOfMemory']) {
      const { message } = parse(event('Refresh', error, 'x'));
      expect(message).toContain('ran out of time or memory');
      expect(message).toContain('It is not known whether Momento issued a new token');
    }
    expect(parse(event('Promote', 'Sandbox.Timedout', 'x')).message).not.toContain('Momento');
  });

  test('of a second failure, only the name is repeated', () => {
    const more = { unanswered: { Error: 'MomentoUnavailable', Cause: cause('CANARY') } };
    const failure = parse(event('Test both tokens', 'TokenRejected', 'It does not work.', more));
    expect(failure.message).toBe('It does not work. Then Test both tokens failed too (MomentoUnavailable).');
    const odd = parse(event('Roll back', 'TokenRejected', 'No.', { unanswered: { Error: 'CANARY error' } }));
    expect(JSON.stringify(odd)).not.toContain('CANARY');
  });

  test('a cause without a message does not stop the alert', () => {
    expect(parse(fetchFailed('MomentoUnavailable', '')).message).toContain('Only the name of the error is known.');
    expect(parse(fetchFailed('MomentoUnavailable', '{}')).message).toContain('Only the name of the error is known.');
  });

  test.each([
    [{}, 'default/secret'],
    [{ secretName: 'other/secret' }, 'other/secret'],
    [{ secretName: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:other/secret-AbCdEf' }, 'other/secret'],
    [{ secretName: 'other/secret', typo: true }, 'other/secret'],
    [{ secretName: 'other/secret', force: 'yes' }, 'other/secret'],
    [{ secretNam: 'other/secret' }, undefined],
    [{ force: 'yes' }, undefined],
    [{ secretName: 5 }, undefined],
    [{ secretName: null }, undefined],
    [{ secretName: '' }, undefined],
    [{ secretName: 'no name' }, undefined],
    [{ secretName: 'one', momento_auth_token_secret_name: 'other' }, undefined],
    [{ secretName: 'one', momento_auth_token_secret_name: 'one', typo: true }, 'one'],
    ['text', undefined],
  ])('the input %j names the secret %s', (input, expected) => {
    expect(parse(fetchFailed('InvalidInput', cause('Wrong.'), input)).secretName).toBe(expected);
  });

  test('without a default secret, the alert is still sent', () => {
    expect(parseFailure(fetchFailed('InvalidInput', cause('Wrong.')), noDefault, 0).secretName).toBeUndefined();
  });

  test('an event that the state machine cannot send is InvalidInput', () => {
    for (const value of [
      undefined,
      {},
      { execution },
      { execution, failedState: 'Fetch' },
      { execution, data: { error: { Error: 'TypeError' } } },
    ]) {
      expect(() => parse(value)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
    }
  });
});
