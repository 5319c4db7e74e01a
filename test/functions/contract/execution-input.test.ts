import { namedSecret, parseExecutionInput } from '../../../functions/contract/execution-input';
import type { SecretName } from '../../../functions/contract/names';

const parse = (input: unknown) => parseExecutionInput(input, () => 'default/secret' as SecretName);

const messageOf = (input: unknown): string => {
  try {
    parse(input);
  } catch (error) {
    expect(error).toMatchObject({ name: 'InvalidInput' });
    return (error as Error).message;
  }
  throw new Error('accepted');
};

test('an empty input means the default secret, and neither flag', () => {
  expect(parse({})).toEqual({ secretName: 'default/secret', force: false, dryRun: false });
});

test.each(['momento_auth_token_secret_name', 'secretName'])('%s names the secret', (field) => {
  expect(parse({ [field]: 'my/secret' }).secretName).toBe('my/secret');
});

test('both name fields may be present if they agree', () => {
  expect(parse({ secretName: 'a', momento_auth_token_secret_name: 'a' }).secretName).toBe('a');
  expect(messageOf({ secretName: 'a', momento_auth_token_secret_name: 'b' })).toContain('name different secrets');
});

test('an ARN names the secret', () => {
  const arn = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:my/secret-AbCdEf';
  expect(parse({ secretName: arn }).secretName).toBe(arn);
});

test('force and dryRun are read', () => {
  expect(parse({ force: true, dryRun: true })).toMatchObject({ force: true, dryRun: true });
});

test('fields that schedulers and the console add are ignored', () => {
  const added = { Comment: 'x', scheduledTime: '2026-01-01', AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn' };
  expect(parse(added)).toEqual(parse({}));
});

test('an unknown field is refused and named', () => {
  expect(messageOf({ momento_auth_token_secret_nam: 1 })).toContain('"momento_auth_token_secret_nam"');
});

test.each([
  ['a number as name', { secretName: 1 }, '"secretName"'],
  ['an empty name', { secretName: '' }, '"secretName"'],
  ['null as name', { secretName: null }, '"secretName"'],
  ['a name with spaces', { momento_auth_token_secret_name: 'my secret' }, '"momento_auth_token_secret_name"'],
  ['force as text', { force: 'true' }, '"force"'],
  ['dryRun as number', { dryRun: 1 }, '"dryRun"'],
  ['force as null', { force: null }, '"force"'],
])('%s is refused, and the field is named', (_, input, field) => {
  expect(messageOf(input)).toContain(field);
});

test.each([[null], [[]], ['text'], [1]])('%j is not an input', (input) => {
  expect(messageOf(input)).toContain('must be a JSON object');
});

test('the message repeats no value and no unusual field name', () => {
  const marked = 'eyJtYXJrZWQ.canary';
  expect(messageOf({ secretName: { deep: marked } })).not.toContain(marked);
  expect(messageOf({ secretName: `${marked} ` })).not.toContain(marked);
  expect(messageOf({ [`${marked}${'x'.repeat(80)}`]: 1 })).not.toContain(marked);
});

test.each([
  [{ secretName: 'a' }, 'a'],
  [{ momento_auth_token_secret_name: 'a' }, 'a'],
  [{ momento_auth_token_secret_name: 'a', secretName: 'b' }, 'a'],
  [{ secretName: 5, force: 'wrong' }, 5],
  [{}, undefined],
  [[], undefined],
  [undefined, undefined],
])('%j names %j', (input, expected) => {
  expect(namedSecret(input)).toBe(expected);
});
