import { grow, writesPerRotation } from '../../bench/growth';
import { quotas } from '../../bench/quotas';
import { createRandom } from '../../bench/seeded-random';

/** Starts executions at the same time. All rotate within Secrets Manager's quota; no token is lost, no alert sent. */
export const expectQuotaOutlasted = async (executions: number): Promise<void> => {
  const growth = await grow(executions, createRandom(1));
  expect(growth).toMatchObject({ rotated: executions, lost: 0, alerts: 0 });
  // The quota was in force, and most of it was used.
  const least = (executions * writesPerRotation) / quotas.writes.perSecond;
  expect(growth.refused.writes).toBeGreaterThan(executions);
  expect(growth.refused.lists).toBeGreaterThan(0);
  expect(growth.seconds).toBeGreaterThan(least * 0.9);
  expect(growth.seconds).toBeLessThan(least * 2);
  // A token that waits longer than its function runs is lost.
  expect(growth.longestInHandSeconds).toBeLessThan(100);
};
