import { createHash } from 'node:crypto';
import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type IAlarm,
  type IMetric,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { metricNamespace } from '../../functions/contract/metrics';
import { type Plan, spoken } from '../plan/plan';
import { secretMetric } from './metrics';

export interface AlarmsProps extends Pick<Plan, 'secrets' | 'noSuccessHours' | 'expirySeconds' | 'dailyCheck'> {
  readonly topic: ITopic;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  readonly stateMachineLogs: ILogGroup;
  readonly undelivered: IQueue;
}

interface Watch {
  /** The alarm's name in the console and in the subject of its e-mail. */
  readonly title: string;
  readonly meaning: string;
  /** The heading in docs/runbook.md. */
  readonly article: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly missing: TreatMissingData;
  /** How many periods in a row must breach the threshold. @default 1 */
  readonly periods?: number;
}

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;

/** The anchor of a Markdown heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

/** An alarm name has at most 255 characters. A secret name may have as many, and a stack name 128. */
const shortened = (name: string): string =>
  name.length <= 70 ? name : `${name.slice(0, 60)} ${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;

/** The third layer of alerts, and the only one that notices an execution that never started. */
export class Alarms extends Construct {
  readonly all: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { secrets, topic } = props;
    const action = new SnsAction(topic);
    const watches: Record<string, Watch> = {
      ...Object.fromEntries(secrets.flatMap(({ name }) => this.watchesOf(name, props))),
      ...this.watchesOfAlerts(props),
      ...Object.fromEntries(functionNames.map((name) => [`Throttled${name}`, throttled(name, props)])),
    };
    this.all = Object.entries(watches).map(([key, watch]) => this.make(key, watch, action));
  }

  private make(key: string, watch: Watch, action: SnsAction): Alarm {
    const { title, meaning, article, metric, threshold, comparison, missing, periods = 1 } = watch;
    const alarm = (metric as Metric).createAlarm(this, key, {
      alarmName: `${this.owner()} ${title}`,
      alarmDescription: `${meaning} What to do: docs/runbook.md#${anchorOf(article)}`,
      threshold,
      comparisonOperator: comparison,
      evaluationPeriods: periods,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(action);
    return alarm;
  }

  /** Unique within the account and region: two constructs in one stack must not share an alarm name. */
  private owner(): string {
    const stack = Stack.of(this);
    const { scopes } = this.node;
    const ids = scopes.slice(scopes.indexOf(stack) + 1, -1).map(({ node }) => node.id);
    return [stack.stackName, ...ids].join('/');
  }

  private watchesOf(name: string, { noSuccessHours, expirySeconds, dailyCheck }: AlarmsProps): [string, Watch][] {
    const success = dailyCheck ? 'checked' : 'succeeded';
    return [
      [
        `NoSuccess ${name}`,
        {
          title: `no success for ${shortened(name)}`,
          meaning: dailyCheck
            ? `For ${noSuccessHours} hours, no daily check found that the token in ${name} works. The checks fail or do not start.`
            : `For ${noSuccessHours} hours, no run rotated the token in ${name} or found it not yet due. Runs fail or do not start.`,
          article: 'Alarm: no success',
          metric: secretMetric(success, name),
          threshold: 1,
          comparison: LESS_THAN_THRESHOLD,
          periods: noSuccessHours,
          // No data is the very case that this alarm must report.
          missing: TreatMissingData.BREACHING,
        },
      ],
      [
        `Expiry ${name}`,
        {
          title: `token in ${shortened(name)} expires`,
          meaning: `After the last run, the token in ${name} expires in ${spoken(expirySeconds)} or less.`,
          article: 'Alarm: token expires',
          metric: secretMetric('time_to_expiry', name, Stats.MINIMUM),
          threshold: expirySeconds,
          comparison: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
          // The metric has no data between runs, for hours or days. The alarm keeps its state until the next run.
          missing: TreatMissingData.IGNORE,
        },
      ],
    ];
  }

  private watchesOfAlerts({ functions, stateMachineLogs, undelivered }: AlarmsProps): Record<string, Watch> {
    const unsent = new MetricFilter(this, 'Unsent', {
      logGroup: stateMachineLogs,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue('$.type', '=', 'PassStateEntered'),
        FilterPattern.stringValue('$.details.name', '=', 'No alert sent'),
      ),
      metricNamespace,
      metricName: 'alert_not_sent',
      metricValue: '1',
    });
    return {
      AlertFailed: atLeastOne({
        title: 'alert function failed',
        meaning:
          'The alert function failed at least once. The alert was late, or the state machine sent a shorter one.',
        article: 'Alarm: alert function failed',
        metric: functions.Alert.metricErrors({ period: Duration.minutes(5) }),
      }),
      AlertNotSent: atLeastOne({
        title: 'alert not sent',
        meaning: 'A rotation failed, and neither the alert function nor the state machine could publish an alert.',
        article: 'Alarm: alert not sent',
        metric: unsent.metric({ statistic: Stats.SUM, period: Duration.minutes(5) }),
      }),
      Undelivered: atLeastOne({
        title: 'undelivered',
        meaning:
          'A scheduled run could not be started, or an alert could not be delivered to a subscriber. The message is in the dead-letter queue.',
        article: 'Alarm: undelivered',
        metric: undelivered.metricApproximateNumberOfMessagesVisible({
          statistic: Stats.MAXIMUM,
          period: Duration.minutes(5),
        }),
      }),
    };
  }
}

const atLeastOne = (watch: Pick<Watch, 'title' | 'meaning' | 'article' | 'metric'>): Watch => ({
  ...watch,
  threshold: 1,
  comparison: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // These metrics have data only when something happened.
  missing: TreatMissingData.NOT_BREACHING,
});

const throttled = (name: FunctionName, { functions }: AlarmsProps): Watch =>
  atLeastOne({
    title: `${name.toLowerCase()} function throttled`,
    meaning: `Lambda refused to run the ${name.toLowerCase()} function: the account's concurrent executions are used up.`,
    article: 'Alarm: function throttled',
    metric: functions[name].metricThrottles({ period: Duration.minutes(5) }),
  });
