import { EventField, type IRuleTarget, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Alert } from '../../functions/contract/alert';

export interface CutShortProps {
  readonly stateMachine: IStateMachine;
  readonly topic: ITopic;
  /** For alerts that could not be delivered. */
  readonly undelivered: IQueue;
}

/**
 * The same fields as an alert of the state machine. The event's input and output of the execution are left out.
 */
const alert = (error: string, message: string): RuleTargetInput =>
  RuleTargetInput.fromObject({
    severity: 'critical',
    secretName: 'unknown',
    step: 'unknown',
    error,
    message,
    validUntil: null,
    executionArn: EventField.fromPath('$.detail.executionArn'),
    consoleUrl: null,
  } satisfies Record<keyof Alert, unknown>);

const whatNext =
  'A new token that was stored is not lost: the next run finishes the rotation. Open the execution in the Step Functions console to see which state it reached. Then start another execution, or wait for the next scheduled one.';

/**
 * How the cause begins if the result of a function is too large. It was recorded on AWS that States.ALL catches this, so
 * the state machine has sent an alert. If other data of a state is too large, the cause names the state instead of the
 * service, and it is not known whether a Catch sees it.
 */
export const causeOfCaught = "The state/task 'lambda' returned a result";

/** The second layer of alerts: executions that end in a way that no state can catch. */
export class CutShort extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, topic, undelivered }: CutShortProps) {
    super(scope, id);
    const target = (input: RuleTargetInput): IRuleTarget => ({
      bind: () => ({
        arn: topic.topicArn,
        targetResource: topic,
        input,
        deadLetterConfig: { arn: undelivered.queueArn },
      }),
    });
    const make = (name: string, description: string, detail: Record<string, unknown>, input: RuleTargetInput) =>
      new Rule(this, name, {
        description,
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [stateMachine.stateMachineArn], ...detail },
        },
        targets: [target(input)],
      });
    make(
      'Stopped',
      'Rotations of Momento tokens that took too long or were stopped by hand',
      { status: ['TIMED_OUT', 'ABORTED'] },
      alert(
        EventField.fromPath('$.detail.status'),
        `The rotation of a Momento token ran out of time (TIMED_OUT) or was stopped by a user (ABORTED). ${whatNext}`,
      ),
    );
    make(
      'Uncatchable',
      'Rotations of Momento tokens that failed without passing through their alert state',
      {
        status: ['FAILED'],
        $or: [
          { error: ['States.Runtime'] },
          {
            error: ['States.DataLimitExceeded'],
            cause: [{ exists: false }, { 'anything-but': { prefix: causeOfCaught } }],
          },
        ],
      },
      alert(
        EventField.fromPath('$.detail.error'),
        `The rotation of a Momento token failed in the state machine itself, which could not send its own alert. ${whatNext}`,
      ),
    );
  }
}
