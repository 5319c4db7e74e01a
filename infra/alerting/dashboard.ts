import { Duration, Names } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { functionNames } from '../../functions/contract/functions';
import type { Plan } from '../plan/plan';
import { secretMetric, stepMetric } from './metrics';

export interface RotationDashboardProps extends Pick<Plan, 'secrets'> {
  readonly stateMachine: IStateMachine;
  readonly alarms: readonly IAlarm[];
}

const steps = functionNames.map((name) => name.toLowerCase());
const outcomes = ['rotated', 'resumed', 'not_due', 'already_running', 'rolled_back'] as const;

/** Days until the token expires. The value of a run is repeated until the next run. */
const daysToExpiry = (secretName: string, index: number): IMetric =>
  new MathExpression({
    expression: `FILL(left${index}, REPEAT) / 86400`,
    usingMetrics: { [`left${index}`]: secretMetric('time_to_expiry', secretName, Stats.MINIMUM) },
    label: secretName,
    period: Duration.hours(1),
  });

/** Hours since the last success: the time of each period, minus the time of the last period with a success. */
const ageOfSuccess = (secretName: string, index: number): IMetric => {
  const ok = `ok${index}`;
  return new MathExpression({
    expression: `(EPOCH(${ok}) - FILL(EPOCH(${ok}) * ${ok} / ${ok}, REPEAT)) / 3600`,
    usingMetrics: { [ok]: secretMetric('succeeded', secretName) },
    label: secretName,
    period: Duration.hours(1),
  });
};

/** One page with the state of all secrets and their rotations. */
export class RotationDashboard extends Construct {
  constructor(scope: Construct, id: string, { secrets, stateMachine, alarms }: RotationDashboardProps) {
    super(scope, id);
    const names = secrets.map(({ name }) => name);
    const graph = (title: string, left: IMetric[], label?: string): GraphWidget =>
      new GraphWidget({ title, left, width: 12, height: 6, leftYAxis: { min: 0, ...(label ? { label } : {}) } });
    const ofSteps = (metric: 'step_failed' | 'step_duration', statistic: string): IMetric[] =>
      names.flatMap((name) =>
        steps.map((step) => stepMetric(metric, name, step, statistic, names.length > 1 ? `${step} ${name}` : step)),
      );
    const failed = [
      stateMachine.metricFailed({ label: 'failed', period: Duration.hours(1) }),
      stateMachine.metricTimedOut({ label: 'timed out', period: Duration.hours(1) }),
      stateMachine.metricAborted({ label: 'aborted', period: Duration.hours(1) }),
    ];
    const rotations = names.flatMap((name) =>
      outcomes.map((outcome) =>
        secretMetric(outcome, name, Stats.SUM, names.length > 1 ? `${outcome} ${name}` : outcome),
      ),
    );
    new Dashboard(this, 'Dashboard', {
      dashboardName: Names.uniqueResourceName(this, { maxLength: 200, separator: '-' }),
      defaultInterval: Duration.days(14),
      widgets: [
        [
          new SingleValueWidget({ title: 'Days to expiry', metrics: names.map(daysToExpiry), width: 12, height: 4 }),
          new SingleValueWidget({
            title: 'Hours since the last success',
            metrics: names.map(ageOfSuccess),
            width: 12,
            height: 4,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
        [
          graph('Days to expiry', names.map(daysToExpiry), 'days'),
          graph('Rotations by outcome', [...rotations, ...failed]),
        ],
        [
          graph('Time per step', ofSteps('step_duration', Stats.AVERAGE), 'milliseconds'),
          graph('Failures by step', ofSteps('step_failed', Stats.SUM)),
        ],
      ],
    });
  }
}
