import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Metric as MetricName, metricNamespace } from '../functions/contract';

/** What the functions say of a secret. */
export const secretMetric = (
  metricName: MetricName,
  secretName: string,
  statistic: string = Stats.SUM,
  more: Pick<MetricProps, 'label' | 'color' | 'period'> = {},
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { secretName },
    statistic,
    period: Duration.hours(1),
    ...more,
  });

/** What the functions say of a step of a secret's rotation. */
export const stepMetric = (
  metricName: Extract<MetricName, 'step_failed' | 'step_duration'>,
  secretName: string,
  step: string,
  statistic: string,
  label: string,
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { secretName, step },
    statistic,
    period: Duration.hours(1),
    label,
  });
