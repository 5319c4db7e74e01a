import type { Clock } from '../../functions/contract/ports';
import type { Fields } from '../../functions/language/json';
import type { HistoryEvent, Retry } from '../../statemachine/execution-events';
import type { State } from '../../statemachine/states-language';
import type { History } from './history';
import type { Scope } from './paths';
import { StatesError } from './states-error';

/** What a Task's Resource stands for. Throws `StatesError`; any other error is a bug and ends `execute`. */
export type Integration = (parameters: unknown) => Promise<unknown>;

/** A state that an execution has entered and not left, with what it was given. */
export interface Position {
  readonly stateName: string;
  readonly data: unknown;
  /** The values that earlier states assigned. */
  readonly variables: Fields;
}

export interface ExecutionOptions {
  readonly input: unknown;
  readonly name: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly roleArn?: string;
  readonly integrations: Readonly<Record<string, Integration>>;
  readonly clock: Clock;
  /** In [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
  readonly onEvent?: (event: HistoryEvent) => void;
  readonly onRetry?: (retry: Retry) => void;
  /** Ends the execution as ABORTED. If the reason is a StatesError, the execution shows its error and cause. */
  readonly signal?: AbortSignal;
  /** Continues a stopped execution. `startedAt` is in epoch milliseconds. */
  readonly redriven?: { readonly from: Position; readonly startedAt: number };
}

/** A running execution. */
export interface Run {
  readonly options: ExecutionOptions;
  readonly history: History;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** When the machine's timeout ends it, in epoch milliseconds. */
  readonly endsAt: number;
  /** Rejects with `Stopped` when the execution must end at once. */
  readonly stopped: Promise<never>;
  /** Aborted at the same moment, for timers that would keep the process alive. */
  readonly stopping: AbortSignal;
  checkStopped(): void;
}

/** A state that was entered. */
export interface Step {
  readonly name: string;
  readonly state: State;
  readonly input: unknown;
  readonly variables: Fields;
  readonly enteredAt: number;
}

/** What a state passes on. */
export interface StateResult {
  readonly output: unknown;
  readonly next: string | undefined;
  /** Variables to set, visible from the next state on. */
  readonly assigned?: Fields;
}

/** Step Functions' quota on the input or output of a state, and on the variables of one Assign. */
const maximumBytes = 262_144;

/**
 * @param owner the state of the data; for the result of a call the service, as in `arn:aws:states:::lambda:invoke`
 * @throws States.DataLimitExceeded, with AWS's cause: recorded for a result, reported by users for other data
 */
export const asText = (data: unknown, owner: string, origin: StatesError['origin'] = 'data'): string => {
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) <= maximumBytes) return text;
  throw new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${owner}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    origin,
  );
};

/** What the paths of a state see, with its input as the data. */
export const scopeOf = ({ options, startedAt }: Run, step: Step, retryCount = 0): Scope => ({
  data: step.input,
  context: {
    Execution: {
      Id: options.executionArn,
      Input: options.input,
      Name: options.name,
      RoleArn: options.roleArn ?? '',
      StartTime: new Date(startedAt).toISOString(),
    },
    State: { EnteredTime: new Date(step.enteredAt).toISOString(), Name: step.name, RetryCount: retryCount },
    StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineArn.split(':').at(-1) ?? '' },
  },
  variables: step.variables,
});
