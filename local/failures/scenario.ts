import type { Clock } from '../../functions/contract/ports';
import type { Watcher } from '../../statemachine/execution-events';
import type { CloudCall, CloudIntercept, EmbeddedCloud } from '../cloud/embedded-cloud';
import type { Machine } from '../machine/machine';

/** What a failure has to work with while an execution runs. */
export interface Scenario {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly clock: Clock;
  /** The secret's name. */
  readonly secret: string;
  /** The cause stays for the whole round. */
  readonly always: boolean;
}

export const steps = ['fetch', 'refresh', 'validate', 'promote', 'verify', 'alert'] as const;

export type StepName = (typeof steps)[number];

/** How the embedded services misbehave: as an interception, with the scenario. */
export type Fault = (call: CloudCall, proceed: () => Promise<unknown>, scenario: Scenario) => Promise<unknown>;

/** One way in which a rotation can fail, brought about by the services around it. */
export interface Failure {
  readonly step: StepName;
  /** The error that it leads to, or a word for what happens. */
  readonly error: string;
  /** What happens, for `--fail list`. */
  readonly summary: string;
  /** Where it happens. @default the step's own state */
  readonly states?: readonly string[];
  /** Every call that is made in these states. */
  readonly fault?: Fault;
  /** The first call of each try of them, before `fault`. */
  readonly before?: (scenario: Scenario) => void;
  /** Until how many tries have met it, unless it is to last. A cause without a number lasts. */
  readonly tries?: number;
  /** Before the round, and after it. */
  readonly prepare?: (scenario: Scenario) => Promise<void> | void;
  readonly restore?: (scenario: Scenario) => void;
  /** What happens in an earlier step, to bring the execution to this failure. */
  readonly after?: Pick<Failure, 'step' | 'states' | 'fault'>;
}

/** A failure that is being provoked. */
export interface Provocation {
  readonly intercept: CloudIntercept;
  readonly watcher: Required<Watcher>;
  begin(scenario: Scenario): Promise<void>;
  /** @returns whether any execution met the failure */
  end(): boolean;
}

const stateOf = (step: StepName): string => `${step.slice(0, 1).toUpperCase()}${step.slice(1)}`;

/** Follows an execution, and spoils the calls that the failure's step makes. */
export const provoke = (failure: Failure): Provocation => {
  let scenario: Scenario | undefined;
  let state = '';
  let currentTry = 0;
  const met = new Set<number>();

  const { tries = Number.POSITIVE_INFINITY, states = [stateOf(failure.step)] } = failure;

  /** Whether the present try is one that meets the failure. */
  const strikes = ({ always }: Scenario): boolean =>
    states.includes(state) && (always || met.has(currentTry) || met.size < tries);

  /** What becomes of the next call. */
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
