import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenRotation } from '../construct/token-rotation';
import { sourceVersion } from '../plan/source-version';
import type { TokenRotationProps } from '../plan/token-rotation-props';
import { nextStepsOf } from './next-steps';

/** The construct, with outputs that say where to find its resources and what to do next. */
export class TokenRotationStack extends Stack {
  readonly secrets: TokenRotation['secrets'];

  constructor(scope: Construct, id: string, props: StackProps & TokenRotationProps) {
    super(scope, id, props);
    const rotation = new TokenRotation(this, 'Rotation', props);
    const { stateMachine, alertTopic, alertTopicKeyPolicy, secrets, schedules } = rotation;
    this.secrets = secrets;
    const output = (name: string, description: string, value: string): CfnOutput =>
      new CfnOutput(this, name, { description, value });
    output('StateMachineArn', 'Start an execution of it to rotate manually', stateMachine.stateMachineArn);
    output('AlertTopicArn', 'Subscribe to it to get alerts', alertTopic.topicArn);
    if (alertTopicKeyPolicy !== undefined) {
      const why =
        "Add this statement to the policy of the topic's KMS key; without it alarms and rules cannot send alerts";
      output('AlertTopicKeyPolicy', why, alertTopicKeyPolicy);
    }
    output('SecretArns', 'The secrets that are rotated', secrets.map(({ arn }) => arn).join(','));
    output('ScheduleNames', 'The schedules that start it', schedules.map(({ scheduleName }) => scheduleName).join(','));
    output(
      'Version',
      'Sources that it was deployed from; npx momento-rotation doctor compares it with your clone',
      sourceVersion(),
    );
    for (const { name, description, value } of nextStepsOf(rotation, props)) {
      output(name, description, value);
    }
  }
}
