import { grow, writesPerRotation } from '../../bench/growth';
import { createRandom } from '../../bench/seeded-random';
import { leastMilliseconds } from '../../bench/slow-cloud';
import { expectQuotaOutlasted } from './growth';

test('a rotation takes no longer than the calls that cannot run at the same time', async () => {
  expect(await grow(1, createRandom(1))).toMatchObject({
    rotated: 1,
    seconds: leastMilliseconds / 1000,
    writes: writesPerRotation,
  });
});

// Hundreds: ../proofs/growth.test.ts.
test('many executions at once exceed Secrets Manager’s quota: all rotate, no token is lost, no alert is sent', () =>
  expectQuotaOutlasted(100));
