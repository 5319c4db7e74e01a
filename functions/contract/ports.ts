import type { Speakable } from '../language/sentence';
import type { Metric } from './metrics';

/**
 * What every step needs from its surroundings. A step takes the ports that it uses as its first argument and imports no
 * SDK, so that tests and the local run can put a strict model behind every port.
 */
export interface CallPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly invocation: Invocation;
}

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Time, in epoch milliseconds. */
export interface Clock {
  now(): number;
  /** @param signal aborted when the caller stops waiting: the timer is removed, and the promise may resolve at once */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** `expired` resolves after this time. Call `cancel` when it is no longer needed. */
  deadline(milliseconds: number): Deadline;
}

interface Deadline {
  readonly expired: Promise<void>;
  cancel(): void;
}

/** One run of a function. Each attempt of Step Functions is another one, and ends at the function's timeout. */
export interface Invocation {
  readonly id: string;
  /** The execution's ARN. */
  readonly execution: string;
  remainingMilliseconds(): number;
}

/** Writes one JSON object a line. A field takes only what a sentence may hold, so no token can be logged. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  count(metric: Metric): void;
  gauge(metric: Metric, value: number, unit: 'Seconds' | 'Milliseconds'): void;
}

export type LogFields = Readonly<Record<string, Speakable | boolean | null>>;
