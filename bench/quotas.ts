import type { CloudCall, CloudIntercept } from '../local/cloud/embedded-cloud';
import { ServiceError } from '../local/cloud/wire/service';

/**
 * How many calls Secrets Manager accepts in a second in one account and region, not adjustable, as of November 2026:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const quotas = {
  writes: { perSecond: 50, actions: ['PutSecretValue', 'UpdateSecretVersionStage'] },
  lists: { perSecond: 50, actions: ['ListSecretVersionIds'] },
  reads: { perSecond: 10_000, actions: ['DescribeSecret', 'GetSecretValue'] },
} as const;

type Quota = keyof typeof quotas;

export interface Throttles {
  /** Calls that were accepted, by quota, in each second since the first call. */
  readonly passed: Readonly<Record<Quota, number[]>>;
  /** How many calls were refused. */
  readonly refused: Record<Quota, number>;
}

const quotaOf = ({ service, action }: CloudCall): Quota | undefined =>
  service === 'secretsmanager'
    ? (Object.keys(quotas) as Quota[]).find((quota) => (quotas[quota].actions as readonly string[]).includes(action))
    : undefined;

/** Refuses calls that exceed a quota within a second, as AWS does: before they have any effect. */
export const throttle = (now: () => number): { readonly intercept: CloudIntercept; readonly seen: Throttles } => {
  const passed: Record<Quota, number[]> = { writes: [], lists: [], reads: [] };
  const refused = { writes: 0, lists: 0, reads: 0 };
  let first: number | undefined;
  return {
    seen: { passed, refused },
    intercept: async (call, proceed) => {
      const quota = quotaOf(call);
      if (quota !== undefined) {
        first ??= now();
        const second = Math.floor((now() - first) / 1000);
        const count = passed[quota][second] ?? 0;
        if (count >= quotas[quota].perSecond) {
          refused[quota] += 1;
          throw new ServiceError('ThrottlingException', 'Rate exceeded');
        }
        passed[quota][second] = count + 1;
      }
      return proceed();
    },
  };
};
