import { type Metric, metricNamespace } from '../contract/metrics';
import type { Log, LogFields } from '../contract/ports';

/** Metrics of a step; the others are metrics of the secret. */
const stepMetrics: ReadonlySet<Metric> = new Set<Metric>(['step_failed', 'step_duration']);

interface Sink {
  readonly clock: { now(): number };
  write(line: string): void;
}

/**
 * Structured logs, one JSON object a line, and metrics in CloudWatch's embedded metric format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
export const createLog = (
  { clock, write }: Sink,
  context: LogFields & { readonly step: string; readonly secretName?: string },
): Log => {
  const line = (level: 'INFO' | 'WARN', message: string, fields: LogFields = {}): void =>
    write(JSON.stringify({ timestamp: new Date(clock.now()).toISOString(), level, message, ...context, ...fields }));

  const metric = (name: Metric, value: number, unit: string): void => {
    const dimensions = stepMetrics.has(name) ? ['secretName', 'step'] : ['secretName'];
    const metadata = {
      Timestamp: clock.now(),
      CloudWatchMetrics: [
        { Namespace: metricNamespace, Dimensions: [dimensions], Metrics: [{ Name: name, Unit: unit }] },
      ],
    };
    write(JSON.stringify({ _aws: metadata, secretName: 'unknown', ...context, [name]: value }));
  };

  return {
    info: (message, fields) => line('INFO', message, fields),
    warn: (message, fields) => line('WARN', message, fields),
    count: (name) => metric(name, 1, 'Count'),
    gauge: metric,
  };
};
