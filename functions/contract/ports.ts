import type { Speakable } from '../language/sentence';
import type { Metric } from './metrics';

/**
 * What every step needs from the world. A step takes the ports that it uses as its first argument and imports no SDK, so
 * that tests and the local run can put a strict model behind every one of them.
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
  /** @param signal tells that nobody waits any more: no timer stays behind, and it may resolve at once */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** `expired` resolves when the time is over; `cancel` must be called when it is no longer waited for. */
  deadline(milliseconds: number): Deadline;
}

export interface Deadline {
  readonly expired: Promise<void>;
  cancel(): void;
}

/** One run of a function: unique for each try that Step Functions makes, and it dies when its time is over. */
export interface Invocation {
  readonly id: string;
  /** The execution's ARN. */
  readonly execution: string;
  remainingMilliseconds(): number;
}

/** One JSON object a line; only what a sentence may hold can be logged, so no token can. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  count(metric: Metric): void;
  gauge(metric: Metric, value: number, unit: 'Seconds' | 'Milliseconds'): void;
}

export type LogFields = Readonly<Record<string, Speakable | boolean | null>>;
