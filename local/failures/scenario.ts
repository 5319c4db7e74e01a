import type { Clock } from '../../functions/contract/ports';
import type { Watcher } from '../../statemachine/execution-events';
import type { CloudCall, CloudIntercept, EmbeddedCloud } from '../cloud/embedded-cloud';
import type { Machine } from '../machine/machine';

/** The environment of a failure while an execution runs. */
export interface Scenario {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly clock: Clock;
  /** The secret's name. */
  readonly secret: string;
  /** The failure lasts for the whole round. */
  readonly always: boolean;
}

export const steps = ['fetch', 'refresh', 'validate', 'promote', 'verify', 'alert'] as const;

export type StepName = (typeof steps)[number];

/** Intercepts a call to an embedded service and makes it fail. */
export type Fault = (call: CloudCall, proceed: () => Promise<unknown>, scenario: Scenario) => Promise<unknown>;

/** One way in which the services can make a rotation fail. */
export interface Failure {
  readonly step: StepName;
  /** The error that the failure leads to, or a word for what happens. */
  readonly error: string;
  /** What happens, for `--fail list`. */
  readonly summary: string;
  /** The states in which the failure happens. @default the step's own state */
  readonly states?: readonly string[];
  /** Applied to every call in these states. */
  readonly fault?: Fault;
  /** Runs at the first call of each attempt, before `fault`. */
  readonly before?: (scenario: Scenario) => void;
  /** How many attempts meet the failure, unless `always` is set. @default all */
  readonly tries?: number;
  /** Runs before the round. */
  readonly prepare?: (scenario: Scenario) => Promise<void> | void;
  /** Runs after the round. */
  readonly restore?: (scenario: Scenario) => void;
  /** A fault in an earlier step that leads the execution to this failure. */
  readonly after?: Pick<Failure, 'step' | 'states' | 'fault'>;
}

/** A failure that is injected into executions. */
export interface Provocation {
  readonly intercept: CloudIntercept;
  readonly watcher: Required<Watcher>;
  begin(scenario: Scenario): Promise<void>;
  /** @returns whether an execution met the failure */
  end(): boolean;
}

const stateOf = (step: StepName): string => `${step.slice(0, 1).toUpperCase()}${step.slice(1)}`;

/** Follows an execution and injects the failure into the calls of its step. */
export const provoke = (failure: Failure): Provocation => {
  let scenario: Scenario | undefined;
  let state = '';
  let currentTry = 0;
  const met = new Set<number>();

  const { tries = Number.POSITIVE_INFINITY, states = [stateOf(failure.step)] } = failure;

  /** Whether the current attempt meets the failure. */
  const strikes = ({ always }: Scenario): boolean =>
    states.includes(state) && (always || met.has(currentTry) || met.size < tries);

  /** The fault for the next call; `undefined` if it proceeds. */
  const faultNow = (now: Scenario): Fault | undefined => {
    const { after, before, fault } = failure;
    if (after && [stateOf(after.step), ...(after.states ?? [])].includes(state)) return after.fault;
    if (!strikes(now)) return undefined;
    if (!met.has(currentTry)) {
      met.add(currentTry);
      before?.(now);
    }
    return fault;
  };

  return {
    intercept: async <T>(call: CloudCall, proceed: () => Promise<T>): Promise<T> => {
      const fault = scenario && faultNow(scenario);
      return scenario && fault ? ((await fault(call, proceed, scenario)) as T) : proceed();
    },
    watcher: {
      onEvent: ({ type, stateEnteredEventDetails: details }) => {
        if (type !== 'TaskStateEntered') return;
        state = details?.name ?? '';
        currentTry += 1;
      },
      onRetry: () => {
        currentTry += 1;
      },
    },
    begin: async (newScenario) => {
      await failure.prepare?.(newScenario);
      scenario = newScenario;
    },
    end: () => {
      if (scenario) failure.restore?.(scenario);
      scenario = undefined;
      return met.size > 0;
    },
  };
};
