import { systemClock } from '../functions/adapters/clock';
import type { Clock } from '../functions/contract/ports';
import { type CloudIntercept, type EmbeddedCloud, importToken, startCloud } from '../local/cloud/embedded-cloud';

/** How long each call of the embedded services takes, in milliseconds. */
export const latency = { aws: 10, momento: 30 } as const;

/**
 * The calls of a rotation that cannot run at the same time: of Secrets Manager the reads of Fetch, Refresh, Validate
 * and Verify, the claim, the new token and two labels; of Momento the refresh and two tests.
 */
export const criticalPath = { aws: 8, momento: 3 } as const;

export const leastMilliseconds = criticalPath.aws * latency.aws + criticalPath.momento * latency.momento;

export const secretName = 'bench/token';

/** Delays each call. */
export const takingTime =
  (clock: Clock): CloudIntercept =>
  async ({ service }, proceed) => {
    await clock.sleep(service === 'momento' ? latency.momento : latency.aws);
    return proceed();
  };

/** Embedded services that answer with a delay, with one secret. */
export const withSlowCloud = async <T>(work: (cloud: EmbeddedCloud) => Promise<T>): Promise<T> => {
  const cloud = await startCloud({
    clock: systemClock,
    intercept: takingTime(systemClock),
  });
  try {
    importToken(cloud, secretName, undefined);
    return await work(cloud);
  } finally {
    await cloud.close();
  }
};
