import { shortId, type VersionId } from '../../../functions/contract/names';
import { codeWord, fieldName, sentence } from '../../../functions/language/sentence';
import { spokenDuration, spokenTime } from '../../../functions/language/time';

test.each([
  [0.2, 'less than a second'],
  [1, '1 second'],
  [40.4, '40 seconds'],
  [90, '1 minute 30 seconds'],
  [3_599.7, '1 hour'],
  [3_661, '1 hour 1 minute'],
  [86_399.5, '1 day'],
  [7 * 86_400 + 3 * 3_600 + 1_700, '7 days 3 hours'],
  [-60, '1 minute'],
])('%d seconds are %s', (seconds, words) => {
  expect(spokenDuration(seconds)).toBe(words);
});

test('a time is shown to the minute, in UTC', () => {
  expect(spokenTime(Date.parse('2026-12-01T10:00:59Z') / 1000)).toBe('2026-12-01 10:00 UTC');
});

test('short forms of version ids from one base differ', () => {
  const base = '0123456789abcdef01234567';
  const [one, two] = [`${base}-t0000000001-${'a'.repeat(24)}`, `${base}-t0000000002-${'b'.repeat(24)}`] as VersionId[];
  expect(shortId(one as VersionId)).not.toBe(shortId(two as VersionId));
  expect(shortId('aad3b40a-0000-4000-8000-000000000000' as VersionId)).toBe('aad3b40a…');
});

test.each([
  'AccessDenied',
  'AccessDeniedException',
  'DecryptionFailure',
  'ECONNREFUSED',
  'EAI_AGAIN',
  'AUTHENTICATION_ERROR',
  'UNKNOWN_SERVICE_ERROR',
  'ThrottlingException',
  'TypeError',
  'Error',
  'Lambda.TooManyRequestsException',
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'States.Timeout',
])('%s is a code', (code) => {
  expect(codeWord(code)).toBe(code);
});

test.each([
  undefined,
  7,
  '',
  'lowercase',
  'eyJhbGciOi.eyJz!',
  'AKIAIOSFODNN7EXAMPLE',
  'dGhpc2lzYXJlZnJlc2h0b2tlbndpdGhvdXRhbnlkaWdpdHM',
  'SECRETWITHOUTANYUNDERSCORE',
  'Lambda.dGhpcyBpcyBhIHRva2Vu',
  `${'X'.repeat(60)}Exception`,
  'Two Words Exception',
  'Line\nException',
])('%j is not a code and is not repeated', (code) => {
  expect(codeWord(code)).toBe('an unnamed error');
});

test('text that is not a field name is not repeated', () => {
  expect(fieldName('secretName')).toBe('"secretName"');
  expect(fieldName('two words')).toBe('a field with an unusual name');
});

test('a sentence keeps its text as written, including backslashes', () => {
  expect(sentence`one ${2} three`).toBe('one 2 three');
});
