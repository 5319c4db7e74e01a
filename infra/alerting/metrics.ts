import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Metric as MetricName, metricNamespace } from '../../functions/contract/metrics';

const hourly = (
  metricName: MetricName,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
  label?: string,
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap,
    statistic,
    period: Duration.hours(1),
    ...(label === undefined ? {} : { label }),
  });

/** A metric of a secret. */
export const secretMetric = (
  metricName: MetricName,
  secretName: string,
  statistic: string = Stats.SUM,
  label?: string,
): Metric => hourly(metricName, { secretName }, statistic, label);

/** A metric of one step of a secret's rotation. */
export const stepMetric = (
  metricName: Extract<MetricName, 'step_failed' | 'step_duration'>,
  secretName: string,
  step: string,
  statistic: string,
  label: string,
): Metric => hourly(metricName, { secretName, step }, statistic, label);
