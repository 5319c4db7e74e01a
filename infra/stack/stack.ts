import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TokenRotation } from '../construct/token-rotation';
import { sourceVersion } from '../plan/source-version';
import type { TokenRotationProps } from '../plan/token-rotation-props';
import { nextStepsOf } from './next-steps';

/** The construct, and where to find what it made. */
export class TokenRotationStack extends Stack {
  readonly secrets: TokenRotation['secrets'];

  constructor(scope: Construct, id: string, props: StackProps & TokenRotationProps) {
    super(scope, id, props);
    const rotation = new TokenRotation(this, 'Rotation', props);
    const { stateMachine, alertTopic, alertTopicKeyPolicy, secrets, schedules } = rotation;
    this.secrets = secrets;
    const output = (name: string, description: string, value: string): CfnOutput =>
      new CfnOutput(this, name, { description, value });
    output('StateMachineArn', 'Start an execution of it to rotate by hand', stateMachine.stateMachineArn);
    output('AlertTopicArn', 'Subscribe to it to be alerted', alertTopic.topicArn);
    if (alertTopicKeyPolicy !== undefined) {
      const why = 'Add this statement to the policy of the topic’s KMS key: without it alarms and rules alert nobody';
      output('AlertTopicKeyPolicy', why, alertTopicKeyPolicy);
    }
    output('SecretArns', 'What is rotated', secrets.map(({ arn }) => arn).join(','));
    output('ScheduleNames', 'What starts it', schedules.map(({ scheduleName }) => scheduleName).join(','));
    output(
      'Version',
      'What it was deployed from; npx momento-rotation doctor compares it with your clone',
      sourceVersion(),
    );
    for (const { name, description, value } of nextStepsOf(rotation, props)) {
      output(name, description, value);
    }
  }
}
