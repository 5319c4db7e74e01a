import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Plan } from '../plan/plan';

export interface SchedulesProps
  extends Pick<Plan, 'schedule' | 'timeZone' | 'flexibleWindowMinutes' | 'dailyCheck' | 'secrets'> {
  readonly stateMachine: IStateMachine;
  /** For starts that could not be delivered. */
  readonly undelivered: IQueue;
}

/**
 * One schedule for each secret, and a second one with `dailyCheck`, in a schedule group. EventBridge Scheduler may
 * start an execution twice; that is harmless, because the second one does not refresh while the first one does.
 */
export class Schedules extends Construct {
  readonly all: readonly Schedule[];

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { schedule, timeZone, flexibleWindowMinutes, dailyCheck, secrets, stateMachine, undelivered } = props;
    const group = new ScheduleGroup(this, 'Group');
    const make = (name: string, description: string, expression: string, input: Record<string, unknown>): Schedule =>
      new Schedule(this, name, {
        description,
        schedule: ScheduleExpression.expression(expression, TimeZone.of(timeZone)),
        scheduleGroup: group,
        timeWindow:
          flexibleWindowMinutes > 0 ? TimeWindow.flexible(Duration.minutes(flexibleWindowMinutes)) : TimeWindow.off(),
        target: new StepFunctionsStartExecution(stateMachine, {
          input: ScheduleTargetInput.fromObject({ ...input, scheduledTime: ContextAttribute.scheduledTime }),
          // The default of 185 retries within a day could start a run long after its scheduled time.
          retryAttempts: 5,
          maxEventAge: Duration.hours(1),
          deadLetterQueue: undelivered,
        }),
      });
    this.all = secrets.flatMap(({ name: secretName }) => [
      make(`Rotate ${secretName}`, `Rotates the Momento token in ${secretName}`, schedule, { secretName }),
      ...(dailyCheck
        ? [
            make(`Check ${secretName}`, `Tests the Momento token in ${secretName}`, 'rate(1 day)', {
              secretName,
              dryRun: true,
            }),
          ]
        : []),
    ]);
  }
}
