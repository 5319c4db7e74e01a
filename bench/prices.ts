/** US dollars in us-east-1 as of November 2026, without the free tiers. Each has its source beside it. */
export const prices = {
  /** https://aws.amazon.com/step-functions/pricing/ (Standard) */
  transition: 0.025 / 1_000,
  /** https://aws.amazon.com/lambda/pricing/ (arm64; INIT is billed since August 2025) */
  invocation: 0.2 / 1_000_000,
  gigabyteSecond: 0.0000133334,
  /** https://aws.amazon.com/secrets-manager/pricing/ */
  secretCall: 0.05 / 10_000,
  secretMonth: 0.4,
  /** https://aws.amazon.com/cloudwatch/pricing/ (a metric is paid for the hours in which it is sent) */
  logGigabyte: 0.5,
  metricHour: 0.3 / 730,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  /** https://aws.amazon.com/eventbridge/pricing/ */
  scheduledStart: 1 / 1_000_000,
  /** https://aws.amazon.com/xray/pricing/ */
  trace: 5 / 1_000_000,
} as const;

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: a function of this size has one processor.
 */
export const megabytesOfOneProcessor = 1_769;
