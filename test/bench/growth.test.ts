import { grow, writesPerRotation } from '../../bench/growth';
import { quotas } from '../../bench/quotas';
import { createRandom } from '../../bench/seeded-random';
import { leastMilliseconds } from '../../bench/slow-cloud';

test('a rotation takes no longer than the calls that cannot be made side by side', async () => {
  expect(await grow(1, createRandom(1))).toMatchObject({
    rotated: 1,
    seconds: leastMilliseconds / 1000,
    writes: writesPerRotation,
  });
});

test('many executions at once outlast Secrets Manager’s quota: all rotate, no token is lost, nobody is alarmed', async () => {
  const executions = 600;
  const growth = await grow(executions, createRandom(1));
  expect(growth).toMatchObject({ rotated: executions, lost: 0, alerts: 0 });
  // The quota was in force, and most of it was used.
  const least = (executions * writesPerRotation) / quotas.writes.perSecond;
  expect(growth.refused.writes).toBeGreaterThan(executions);
  expect(growth.refused.lists).toBeGreaterThan(0);
  expect(growth.seconds).toBeGreaterThan(least * 0.9);
  expect(growth.seconds).toBeLessThan(least * 2);
  // A token that waits longer than its function lives is lost.
  expect(growth.longestInHandSeconds).toBeLessThan(100);
});
