import { grow, writesPerRotation } from '../../bench/growth';
import { createRandom } from '../../bench/seeded-random';
import { leastMilliseconds } from '../../bench/slow-cloud';
import { expectQuotaOutlasted } from './growth';

test('a rotation takes no longer than the calls that cannot be made side by side', async () => {
  expect(await grow(1, createRandom(1))).toMatchObject({
    rotated: 1,
    seconds: leastMilliseconds / 1000,
    writes: writesPerRotation,
  });
});

// Hundreds: ../proofs/growth.test.ts.
test('many executions at once outlast Secrets Manager’s quota: all rotate, no token is lost, nobody is alarmed', () =>
  expectQuotaOutlasted(100));
