import { Stack } from 'aws-cdk-lib';
import type { Schedule } from 'aws-cdk-lib/aws-scheduler';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Alarms } from '../alerting/alarms';
import { AlertTopic } from '../alerting/alert-topic';
import { CutShort } from '../alerting/cut-short';
import { RotationDashboard } from '../alerting/dashboard';
import { Undelivered } from '../alerting/undelivered';
import { RotationFunctions, type RotationFunctionsProps } from '../functions/rotation-functions';
import { type Plan, planRotation } from '../plan/plan';
import type { TokenRotationProps } from '../plan/token-rotation-props';
import { Schedules } from './schedules';
import { type RotatedSecret, Secrets } from './secrets';
import { RotationStateMachine } from './state-machine';

/** Environment variables of the functions; `undefined` for settings that are not set. */
const variablesOf = (plan: Plan, topicArn: string): RotationFunctionsProps['variables'] => ({
  ALERT_TOPIC_ARN: topicArn,
  DEFAULT_SECRET_NAME: plan.secrets[0].name,
  MOMENTO_ENDPOINT_OVERRIDE: plan.momentoEndpoint,
  ROTATE_BEFORE: plan.rotateBefore,
  SCHEDULE_INTERVAL: `${plan.longestPause}s`,
  SKIP_VALIDATION: plan.skipValidation ? 'true' : undefined,
  VALIDATION_CACHE: plan.validationCache,
});

/**
 * Rotates Momento tokens stored in Secrets Manager. Contains the state machine and its functions, a schedule for each
 * secret, and three layers of alerts on one topic.
 * @throws SettingError if a prop is invalid, or the props contradict each other
 */
export class TokenRotation extends Construct {
  readonly stateMachine: StateMachine;
  readonly alertTopic: Topic;
  /** The statement to add to the policy of the alert topic's key, if this construct cannot change that policy. */
  readonly alertTopicKeyPolicy: string | undefined;
  readonly secrets: readonly RotatedSecret[];
  readonly schedules: readonly Schedule[];

  constructor(scope: Construct, id: string, props: TokenRotationProps = {}) {
    super(scope, id);
    const plan = planRotation(props, Stack.of(this));
    const { logRetention } = plan;
    const secretKey = props.secretKmsKeyArn;
    const secrets = new Secrets(this, 'Secrets', plan.secrets, secretKey).all;
    const undelivered = new Undelivered(this, 'Undelivered').queue;
    const { topic, key: topicKey, keyPolicy } = new AlertTopic(this, 'Alerts', { ...props, undelivered });
    const functions = new RotationFunctions(this, 'Functions', {
      variables: variablesOf(plan, topic.topicArn),
      resources: {
        'the secrets': secrets.map(({ arnPattern }) => arnPattern),
        "the secrets' key": secretKey === undefined ? [] : [secretKey],
        'the topic': [topic.topicArn],
        "the topic's key": topicKey === undefined ? [] : [topicKey.keyArn],
      },
      logRetention,
    }).all;
    const machine = new RotationStateMachine(this, 'Machine', { functions, topic, topicKey, logRetention });
    const { stateMachine } = machine;
    new CutShort(this, 'CutShort', { stateMachine, topic, undelivered });
    const alarms = new Alarms(this, 'Alarms', {
      ...plan,
      topic,
      functions,
      stateMachineLogs: machine.logGroup,
      undelivered,
    }).all;
    new RotationDashboard(this, 'Overview', { secrets: plan.secrets, stateMachine, alarms });
    this.schedules = new Schedules(this, 'Schedules', { ...plan, stateMachine, undelivered }).all;
    this.stateMachine = stateMachine;
    this.alertTopic = topic;
    this.alertTopicKeyPolicy = keyPolicy;
    this.secrets = secrets;
  }
}
