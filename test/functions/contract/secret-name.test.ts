import { isCompleteSecretArn, isSecretArn, isSecretName, nameOfSecret } from '../../../functions/contract/secret-name';

const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';
const longest = 'x'.repeat(512);

test.each([
  ['momento/authentication-token', 'momento/authentication-token'],
  [`${arn}a/name-AbCdEf`, 'a/name'],
  [`${arn}a/name`, 'a/name'],
  [`${arn}-AbCdEf`, '-AbCdEf'],
])('%s is known as %s', (id, name) => {
  expect(nameOfSecret(id)).toBe(name);
});

test.each([
  ['a', true],
  ['aZ0/_+=.@-', true],
  [longest, true],
  [`${longest}x`, false],
  ['', false],
  ['a b', false],
  ['a\n', false],
  ['ä', false],
  [`${arn}a`, false],
])('%s is a name: %j', (text, expected) => {
  expect(isSecretName(text)).toBe(expected);
});

test.each([
  [`${arn}a-AbCdEf`, true, true],
  [`${arn.replace('aws', 'aws-us-gov')}a-AbCdEf`, true, true],
  [`${arn}${longest}-AbCdEf`, true, true],
  [`${arn}${longest}x-AbCdEf`, false, false],
  [`${arn}a`, true, false],
  [`${arn}-AbCdEf`, true, false],
  [arn, false, false],
  [`${arn}a-AbCdEf\n`, false, false],
  [`${arn.replace('us-east-1', '')}a-AbCdEf`, false, false],
  ['a', false, false],
])('%s is an ARN: %j, a complete one: %j', (text, expected, complete) => {
  expect([isSecretArn(text), isCompleteSecretArn(text)]).toEqual([expected, complete]);
});
