import { readDefinitionText } from '../statemachine/definition';
import { readAlarms } from './aws/alarms';
import { readSubscriptions, readTopicKey } from './aws/alert-topic';
import { connectExecutions } from './aws/executions';
import { readKeyState } from './aws/keys';
import { connectSecrets } from './aws/secrets';
import { readTemplate } from './aws/stack';
import { checkAlarms, checkSubscriptions } from './checks/alerting';
import { checkDefinition, checkFunctions, type Template } from './checks/code';
import type { Finding } from './checks/finding';
import { checkSchedules } from './checks/schedules';
import { checkKey, checkSecret, missingSecret, type SecretSurroundings } from './checks/secrets';
import { checkStack } from './checks/stack';
import { type Deployment, nameOfSecret } from './deployment';
import { showFindings } from './doctor-page';
import { type LastRuns, readLastRuns } from './last-runs';
import { synthesizeOwn } from './own-template';
import { isKnown, look, type Part } from './part';
import { type NamedSchedule, readSchedules } from './schedules-of';
import { readSecretState, type SecretState } from './secret-state';
import type { Desk } from './surroundings';
import { testToken } from './token-test';

const notHere: { readonly unknown: string } = { unknown: 'not available here' };

const lookAtKey = (deployment: Deployment, keyId: string | undefined): Promise<Part<string | undefined>> =>
  look(async () => (keyId === undefined ? undefined : readKeyState(deployment, keyId)));

const lookAtSecret = async (
  desk: Desk,
  deployment: Deployment,
  state: SecretState,
  schedules: Part<readonly NamedSchedule[]>,
  runs: Part<ReadonlyMap<string, LastRuns>>,
): Promise<readonly Finding[]> => {
  const { current, kmsKeyId } = state;
  const [momento, keyState] = await Promise.all([
    look(async () => (current === undefined ? 'rejected' : testToken(desk, current.token))),
    lookAtKey(deployment, kmsKeyId),
  ]);
  const surroundings: SecretSurroundings = { now: desk.clock.now(), schedules, runs, momento, keyState };
  return checkSecret(state, surroundings);
};

const lookAtSecrets = async (
  desk: Desk,
  deployment: Deployment,
  schedules: Part<readonly NamedSchedule[]>,
): Promise<readonly Finding[]> => {
  const secrets = connectSecrets(deployment);
  const found = await Promise.all(
    deployment.secretIds.map(async (id) => ({ id, state: await readSecretState(secrets, id) })),
  );
  const states = found.map(({ state }) => state).filter((state) => state !== undefined);
  const runs = await look(() => readLastRuns(connectExecutions(deployment), states, found[0]?.state !== undefined));
  const findings = await Promise.all(
    found.map(({ id, state }) =>
      state ? lookAtSecret(desk, deployment, state, schedules, runs) : [missingSecret(nameOfSecret(id))],
    ),
  );
  return findings.flat();
};

const lookAtAlerting = async (deployment: Deployment): Promise<readonly Finding[]> => {
  const { stack } = deployment;
  if (stack === undefined)
    return [...checkSubscriptions(notHere), checkKey('key of the topic', notHere), ...checkAlarms(notHere)];
  const { alertTopicArn, name } = stack;
  const [subscriptions, topicKey, alarms] = await Promise.all([
    look(() => readSubscriptions(deployment, alertTopicArn)),
    look(() => readTopicKey(deployment, alertTopicArn)),
    look(() => readAlarms(deployment, name)),
  ]);
  const keyState = isKnown(topicKey) ? await lookAtKey(deployment, topicKey.value) : topicKey;
  return [...checkSubscriptions(subscriptions), checkKey('key of the topic', keyState), ...checkAlarms(alarms)];
};

const lookAtCode = async (deployment: Deployment): Promise<readonly Finding[]> => {
  const { stack } = deployment;
  const [live, deployed, own] = await Promise.all([
    look(() => connectExecutions(deployment).definition()),
    stack ? look(async () => (await readTemplate(deployment, stack.name)) as Template) : notHere,
    stack ? look(synthesizeOwn) : notHere,
  ]);
  return [checkDefinition(live, readDefinitionText()), checkFunctions(deployed, own)];
};

/** Checks the deployment from outside. */
export const doctor = async (desk: Desk): Promise<number> => {
  const deployment = await desk.deployment();
  const schedules = await readSchedules(deployment);
  const [secrets, alerting, code] = await Promise.all([
    lookAtSecrets(desk, deployment, schedules),
    lookAtAlerting(deployment),
    lookAtCode(deployment),
  ]);
  const findings = [
    ...checkStack(deployment),
    ...checkSchedules(deployment, schedules, desk.clock.now()),
    ...secrets,
    ...alerting,
    ...code,
  ];
  desk.report({ findings }, () => showFindings(desk.terminal, findings));
  return findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
};
