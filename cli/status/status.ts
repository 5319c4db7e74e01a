import { nameOfSecret } from '../../functions/contract/secret-name';
import { type EpochSeconds, isoTime } from '../../functions/language/time';
import { UsageError } from '../../terminal/usage-error';
import { readAlarms } from '../aws/alarms';
import { connectExecutions } from '../aws/executions';
import { connectSecrets } from '../aws/secrets';
import { Absent } from '../command/command-failed';
import { isKnown, look, notAvailableHere, type Part } from '../command/part';
import { checkSecretName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import { whyNotOfDeployment } from '../deployment/deployment';
import { type LastRuns, readLastRuns } from '../deployment/last-runs';
import { type NamedSchedule, readSchedules, scheduledRuns } from '../deployment/schedules-of';
import { readSecretState, type SecretState } from '../deployment/secret-state';
import { lookAtSubscriptions } from '../deployment/subscriptions-of';
import { showStatus } from './status-page';
import { needsOf, type SecretStatus, type StatusReport } from './status-report';

export interface StatusOptions {
  readonly secret?: string;
}

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

const tokenOf = ({ current }: SecretState): SecretStatus['token'] => {
  if (!isKnown(current) || typeof current.value === 'string') return current as SecretStatus['token'];
  const { issuedAt, validUntil, isRefreshable } = current.value;
  return { value: { issuedAt, validUntil, validUntilIso: isoTime(validUntil), isRefreshable } };
};

const noRuns: LastRuns = { last: undefined, lastSuccess: undefined, among: 0 };

const statusOf = (
  id: string,
  state: Part<SecretState>,
  runs: Part<ReadonlyMap<string, LastRuns>>,
  nextRun: (secretName: string) => SecretStatus['nextRun'],
): SecretStatus => {
  if (!isKnown(state)) {
    const secretName = nameOfSecret(id);
    const nothing = { versions: [], nativeRotation: false };
    return { secretName, ...nothing, token: state, lastRun: state, nextRun: nextRun(secretName) };
  }
  const { name, versions, nativeRotation } = state.value;
  const { last, among } = (isKnown(runs) ? runs.value.get(name) : undefined) ?? noRuns;
  return {
    secretName: name,
    versions: versions.map((version) => ({ ...version, createdAt: version.createdAt / 1000 })),
    nativeRotation,
    token: tokenOf(state.value),
    lastRun: isKnown(runs) ? { value: { run: last ?? null, among } } : runs,
    nextRun: nextRun(name),
  };
};

const gather = async (context: CommandContext, { secret }: StatusOptions): Promise<StatusReport> => {
  const deployment = await context.deployment();
  const { stack, region } = deployment;
  const ids = secret === undefined ? deployment.secretIds : [secret];
  const secrets = connectSecrets(deployment);
  const now = context.clock.now();
  const [states, schedules, alarms, subscriptions] = await Promise.all([
    Promise.all(ids.map(async (id) => ({ id, state: await look(() => readSecretState(secrets, id, region)) }))),
    readSchedules(deployment),
    stack ? look(() => readAlarms(deployment, stack.name)) : notAvailableHere,
    lookAtSubscriptions(deployment),
  ]);
  const [only] = states;
  if (secret !== undefined && only && !isKnown(only.state) && only.state.absent) {
    const reason = whyNotOfDeployment(deployment, secret);
    throw reason === undefined ? new Absent(only.state.unknown) : new UsageError(reason);
  }
  const known = states.flatMap(({ state }) => (isKnown(state) ? [state.value] : []));
  const first = nameOfSecret(deployment.secretIds[0] ?? '');
  const runs = await look(() => readLastRuns(connectExecutions(deployment), known, known[0]?.name === first));
  const nextRun = (secretName: string) => nextRunOf(schedules, secretName, now);
  return {
    now: now / 1000,
    secrets: states.map(({ id, state }) => statusOf(id, state, runs, nextRun)),
    alarms,
    subscriptions,
  };
};

/**
 * The command `status`: shows the state of the deployment, and what needs action.
 * @returns the exit code
 */
export const status = async (context: CommandContext, options: StatusOptions): Promise<number> => {
  checkSecretName(options.secret);
  const report = await gather(context, options);
  const needs = needsOf(report);
  context.report({ ...report, needs }, () => showStatus(context.terminal, report, needs));
  return needs.length === 0 ? 0 : 1;
};
