import { nameOfSecret } from '../../functions/contract/secret-name';
import { sourceVersion } from '../../infra/plan/source-version';
import { readDefinitionText } from '../../statemachine/definition';
import { readAlarms } from '../aws/alarms';
import { readTopicKey } from '../aws/alert-topic';
import { connectExecutions } from '../aws/executions';
import { readKeyState } from '../aws/keys';
import { connectSecrets } from '../aws/secrets';
import { isKnown, look, notAvailableHere, type Part } from '../command/part';
import type { CommandContext } from '../deployment/command-context';
import type { Deployment } from '../deployment/deployment';
import { type LastRuns, readLastRuns } from '../deployment/last-runs';
import { type NamedSchedule, readSchedules } from '../deployment/schedules-of';
import { readSecretState, type SecretState } from '../deployment/secret-state';
import { lookAtSubscriptions } from '../deployment/subscriptions-of';
import { testToken } from '../deployment/token-test';
import { checkAlarms, checkSubscriptions } from './alerting';
import { checkDefinition, checkVersion } from './code';
import { showFindings } from './doctor-page';
import { type Finding, unknown } from './finding';
import { checkSchedules } from './schedules';
import { checkKey, checkSecret, type SecretSurroundings } from './secrets';
import { checkStack } from './stack';

const lookAtKey = (deployment: Deployment, keyId: string | undefined): Promise<Part<string | undefined>> =>
  look(async () => (keyId === undefined ? undefined : readKeyState(deployment, keyId)));

const lookAtSecret = async (
  context: CommandContext,
  deployment: Deployment,
  state: SecretState,
  schedules: Part<readonly NamedSchedule[]>,
  runs: Part<ReadonlyMap<string, LastRuns>>,
): Promise<readonly Finding[]> => {
  const { current, kmsKeyId } = state;
  const [momento, keyState] = await Promise.all([
    look(async () =>
      isKnown(current) && typeof current.value !== 'string' ? testToken(context, current.value.token) : 'rejected',
    ),
    lookAtKey(deployment, kmsKeyId),
  ]);
  const surroundings: SecretSurroundings = { now: context.clock.now(), schedules, runs, momento, keyState };
  return checkSecret(state, surroundings);
};

const lookAtSecrets = async (
  context: CommandContext,
  deployment: Deployment,
  schedules: Part<readonly NamedSchedule[]>,
): Promise<readonly Finding[]> => {
  const secrets = connectSecrets(deployment);
  const found = await Promise.all(
    deployment.secretIds.map(async (id) => ({
      id,
      state: await look(() => readSecretState(secrets, id, deployment.region)),
    })),
  );
  const states = found.flatMap(({ state }) => (isKnown(state) ? [state.value] : []));
  const hasFirst = found[0] !== undefined && isKnown(found[0].state);
  const runs = await look(() => readLastRuns(connectExecutions(deployment), states, hasFirst));
  const findings = await Promise.all(
    found.map(({ id, state }) =>
      isKnown(state)
        ? lookAtSecret(context, deployment, state.value, schedules, runs)
        : [unknown(`secret ${nameOfSecret(id)}`, state)],
    ),
  );
  return findings.flat();
};

const lookAtAlerting = async (deployment: Deployment): Promise<readonly Finding[]> => {
  const { stack } = deployment;
  if (stack === undefined)
    return [
      ...checkSubscriptions(notAvailableHere),
      checkKey('key of the topic', notAvailableHere),
      ...checkAlarms(notAvailableHere),
    ];
  const { alertTopicArn, name } = stack;
  const [subscriptions, topicKey, alarms] = await Promise.all([
    lookAtSubscriptions(deployment),
    alertTopicArn === '' ? { value: undefined } : look(() => readTopicKey(deployment, alertTopicArn)),
    look(() => readAlarms(deployment, name)),
  ]);
  const keyState = isKnown(topicKey) ? await lookAtKey(deployment, topicKey.value) : topicKey;
  return [...checkSubscriptions(subscriptions), checkKey('key of the topic', keyState), ...checkAlarms(alarms)];
};

const lookAtCode = async (deployment: Deployment): Promise<readonly Finding[]> => {
  const { stack } = deployment;
  const live = await look(() => connectExecutions(deployment).definition());
  return [
    checkDefinition(live, readDefinitionText()),
    checkVersion(stack ? { value: stack.version } : notAvailableHere, sourceVersion()),
  ];
};

/**
 * The command `doctor`: checks everything that a rotation and its alerts depend on.
 * @returns the exit code
 */
export const doctor = async (context: CommandContext): Promise<number> => {
  const deployment = await context.deployment();
  const schedules = await readSchedules(deployment);
  const [secrets, alerting, code] = await Promise.all([
    lookAtSecrets(context, deployment, schedules),
    lookAtAlerting(deployment),
    lookAtCode(deployment),
  ]);
  const findings = [
    ...checkStack(deployment),
    ...checkSchedules(deployment, schedules, context.clock.now()),
    ...secrets,
    ...alerting,
    ...code,
  ];
  context.report({ findings }, () => showFindings(context.terminal, findings));
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
};
