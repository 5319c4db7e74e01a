import type { SecretArn, SecretName, VersionId } from '../../../functions/contract/names';
import type { SecretDescription } from '../../../functions/secret/port';
import {
  CLAIM,
  claimId,
  lastClaimIsFulfilled,
  nextClaimNumber,
  SUCCESSOR,
  stagedId,
} from '../../../functions/secret/versions';

const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-AbCdEf' as SecretArn;
const base = 'v'.repeat(32) as VersionId;

const secretWith = (labels: readonly (readonly [string, VersionId])[]): SecretDescription => ({
  arn,
  name: 'a/b' as SecretName,
  labels: new Map(labels),
  nativeRotation: false,
});

const staged = (number: number) => [SUCCESSOR, stagedId(arn, base, number, 'invocation', 0)] as const;
const claimed = (number: number) => [CLAIM, claimId(arn, number)] as const;

test.each([
  [[], 1],
  [[claimed(4)], 5],
  [[claimed(4), staged(4)], 5],
  [[claimed(5), staged(4)], 6],
])('the next claim is above every number that the labels show: %#', (labels, next) => {
  expect(nextClaimNumber(secretWith(labels))).toBe(next);
});

test('if the last claim has no label, its number is known from the token that was staged with it', () => {
  const number = nextClaimNumber(secretWith([staged(7)]));
  expect(number).toBe(8);
  // Else the new claim would have the number of an old token, and pass for one that has done its work.
  expect(lastClaimIsFulfilled(secretWith([claimed(number), staged(7)]))).toBe(false);
});
