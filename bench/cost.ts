import { megabytesOfOneProcessor, prices } from './prices';
import { sum } from './statistics';

/** The resources that one execution uses. */
export interface Usage {
  readonly transitions: number;
  /** Of each invocation, including loading. Milliseconds. */
  readonly invocations: readonly number[];
  readonly secretCalls: number;
  /** What the functions wrote. */
  readonly logBytes: number;
  /** Of the state machine's history. */
  readonly events: number;
  readonly metrics: number;
  /** Started by a schedule of its own, and traced. */
  readonly scheduled: boolean;
}

/** US dollars of one execution. */
export interface ExecutionCost {
  readonly stepFunctions: number;
  readonly lambda: number;
  readonly secretsManager: number;
  /** Logs, metrics and a trace. */
  readonly watching: number;
  readonly total: number;
}

/** About what the services themselves write to the logs: Step Functions for an event, Lambda for an invocation. */
const loggedBytes = { event: 400, invocation: 500 } as const;

/**
 * Counts all time as time of a whole processor. A small function gets a part of one: it takes longer, and each second
 * costs less, to the same extent. This overestimates the time in which a function only waits.
 */
const gigabyteSecondsOf = (milliseconds: number): number => (milliseconds / 1_000) * (megabytesOfOneProcessor / 1_024);

export const costOf = (usage: Usage): ExecutionCost => {
  const started = usage.scheduled ? prices.scheduledStart : 0;
  const stepFunctions = usage.transitions * prices.transition + started;
  const lambda =
    usage.invocations.length * prices.invocation + gigabyteSecondsOf(sum(usage.invocations)) * prices.gigabyteSecond;
  const secretsManager = usage.secretCalls * prices.secretCall;
  const logBytes =
    usage.logBytes + usage.events * loggedBytes.event + usage.invocations.length * loggedBytes.invocation;
  const watching =
    (logBytes / 1e9) * prices.logGigabyte + usage.metrics * prices.metricHour + (usage.scheduled ? prices.trace : 0);
  return { stepFunctions, lambda, secretsManager, watching, total: stepFunctions + lambda + secretsManager + watching };
};

const schedules = { daily: 365 / 12, hourly: 730 } as const;

export type Schedule = keyof typeof schedules;

/** The resources of a stack, and those that each secret adds. A test compares them with the template. */
export const stackHas = { resources: 43, alarms: 8, dashboards: 1 } as const;
export const secretHas = { resources: 4, alarms: 2 } as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;

export const mostSecretsInStack = Math.floor((mostResources - stackHas.resources) / secretHas.resources);

const watchingOf = (secrets: number): number => {
  const stacks = Math.ceil(secrets / mostSecretsInStack);
  return (
    (stackHas.alarms * stacks + secretHas.alarms * secrets) * prices.alarmMonth +
    stackHas.dashboards * stacks * prices.dashboardMonth
  );
};

/** US dollars a month. */
export interface MonthlyCost {
  readonly secrets: number;
  readonly schedule: Schedule;
  /** If every execution rotates. */
  readonly rotating: number;
  /** If every execution finds that nothing is due. */
  readonly notDue: number;
  /** What the single function would cost for as many rotations. */
  readonly singleFunction: number;
  readonly storage: number;
  /** Alarms and dashboards. */
  readonly alarms: number;
}

export const monthlyCosts = (
  rotation: ExecutionCost,
  notDue: ExecutionCost,
  singleFunction: ExecutionCost,
): readonly MonthlyCost[] =>
  [1, 10, 1_000].flatMap((secrets) =>
    (Object.keys(schedules) as Schedule[]).map((schedule) => {
      const executions = secrets * schedules[schedule];
      return {
        secrets,
        schedule,
        rotating: executions * rotation.total,
        notDue: executions * notDue.total,
        singleFunction: executions * singleFunction.total,
        storage: secrets * prices.secretMonth,
        alarms: watchingOf(secrets),
      };
    }),
  );
