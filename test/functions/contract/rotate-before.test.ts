import { parseRotateBefore, type RotateBefore } from '../../../functions/contract/settings';
import { isDue } from '../../../functions/fetch/due';

const rotateBeforeOf = (text: string): RotateBefore => {
  const rotateBefore = parseRotateBefore(text);
  if (rotateBefore === undefined) throw new RangeError(text);
  return rotateBefore;
};

const token = { issuedAt: 0, validUntil: 86_400 };

test('without a threshold every run rotates', () => {
  expect(isDue(rotateBeforeOf(''), token, 1)).toBe(true);
});

test.each([
  ['1h', 86_400 - 3_600],
  ['90m', 86_400 - 5_400],
  ['30s', 86_400 - 30],
  ['0.25', 64_800],
  ['.5', 43_200],
])('with %s a token is due from the very instant on, and not before', (threshold, instant) => {
  const rotateBefore = rotateBeforeOf(threshold);
  expect(isDue(rotateBefore, token, instant - 1)).toBe(false);
  expect(isDue(rotateBefore, token, instant)).toBe(true);
});

test('an expired token is due', () => {
  expect(isDue(rotateBeforeOf('1s'), token, 100_000)).toBe(true);
});

test.each(['0h', '24', 'h', '1w', '-1h', '1.5', '0', '0.0', '1', '24 h', '١h'])('%s is refused', (text) => {
  expect(parseRotateBefore(text)).toBeUndefined();
});
