import { type EpochSeconds, isoTime } from '../functions/contract';
import { UsageError } from '../local/usage-error';
import { readAlarms } from './aws/alarms';
import { readSubscriptions } from './aws/alert-topic';
import { connectExecutions } from './aws/executions';
import { connectSecrets } from './aws/secrets';
import { type Deployment, nameOfSecret } from './deployment';
import { readLastRuns } from './last-runs';
import { isKnown, look, type Part } from './part';
import { type NamedSchedule, readSchedules, scheduledRuns } from './schedules-of';
import { readSecretState, type SecretState } from './secret-state';
import { showStatus } from './status-page';
import { needsOf, type SecretStatus, type StatusReport } from './status-report';
import type { Desk } from './surroundings';

export interface StatusOptions {
  readonly secret?: string;
}

const unknownWithoutStack: { readonly unknown: string } = { unknown: 'not available here' };

/** The next rotation of a secret, in epoch seconds. */
const nextRunOf = (
  schedules: Part<readonly NamedSchedule[]>,
  secretName: string,
  now: number,
): Part<EpochSeconds | null> => {
  const runs = scheduledRuns(schedules, secretName, now, { most: 1 });
  if (!isKnown(runs)) return runs;
  const [next] = runs.value;
  return { value: next === undefined ? null : Math.round(next / 1000) };
};

const requireStates = (
  ids: readonly string[],
  states: readonly (SecretState | undefined)[],
  { region }: Deployment,
): SecretState[] =>
  states.map((state, index) => {
    if (state !== undefined) return state;
    throw new UsageError(
      `There is no secret ${nameOfSecret(ids[index] ?? '')} in ${region}. Name another one with --secret, or make it: momento-rotation import`,
    );
  });

const gather = async (desk: Desk, { secret }: StatusOptions): Promise<StatusReport> => {
  const deployment = await desk.deployment();
  const { stack } = deployment;
  const ids = secret === undefined ? deployment.secretIds : [secret];
  const secrets = connectSecrets(deployment);
  const now = desk.clock.now();
  const [found, schedules, alarms, subscriptions] = await Promise.all([
    Promise.all(ids.map((id) => readSecretState(secrets, id))),
    readSchedules(deployment),
    stack ? look(() => readAlarms(deployment, stack.name)) : unknownWithoutStack,
    stack ? look(() => readSubscriptions(deployment, stack.alertTopicArn)) : unknownWithoutStack,
  ]);
  const states = requireStates(ids, found, deployment);
  const isFirst = secret === undefined || nameOfSecret(deployment.secretIds[0] ?? '') === states[0]?.name;
  const runs = await look(() => readLastRuns(connectExecutions(deployment), states, isFirst));
  return {
    now: now / 1000,
    secrets: states.map((state): SecretStatus => {
      const { name, arn, versions, noToken, nativeRotation, current } = state;
      const part = isKnown(runs) ? { value: runs.value.get(name) } : runs;
      return {
        secretName: name,
        secretArn: arn,
        versions,
        token: current && {
          issuedAt: current.issuedAt,
          validUntil: current.validUntil,
          validUntilIso: isoTime(current.validUntil),
          isRefreshable: current.isRefreshable,
        },
        noToken,
        nativeRotation,
        lastRun: isKnown(part) ? { value: part.value?.last ?? null } : part,
        lastSuccess: isKnown(part) ? { value: part.value?.lastSuccess ?? null } : part,
        nextRun: nextRunOf(schedules, name, now),
      };
    }),
    alarms,
    subscriptions,
  };
};

/** Shows how the deployment is. */
export const status = async (desk: Desk, options: StatusOptions): Promise<number> => {
  const report = await gather(desk, options);
  const needs = needsOf(report);
  desk.report({ ...report, needs }, () => showStatus(desk.terminal, report, needs));
  return needs.length === 0 ? 0 : 1;
};
