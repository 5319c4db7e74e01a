import type { Clock } from '../../functions/contract/ports';
import type { HistoryEvent, Retry } from '../../statemachine/execution-events';
import type { State } from '../../statemachine/states-language';
import type { History } from './history';
import { readPath, type Scope, writePath } from './paths';
import { StatesError } from './states-error';

/** What a Task's Resource stands for. Throws `StatesError`; what else it throws is a bug and ends `execute`. */
export type Integration = (parameters: unknown) => Promise<unknown>;

/** A state that was come to and not left yet, with the data that it was given. */
export interface Position {
  readonly stateName: string;
  readonly data: unknown;
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
  /** Ends the execution as ABORTED; a StatesError for a reason is the error and cause that it shows. */
  readonly signal?: AbortSignal;
  /** An execution that was stopped goes on from where it stood. `startedAt` in epoch milliseconds. */
  readonly redriven?: { readonly from: Position; readonly startedAt: number };
}

/** An execution under way. */
export interface Run {
  readonly options: ExecutionOptions;
  readonly history: History;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** When the machine's own time is over, in epoch milliseconds. */
  readonly endsAt: number;
  /** Rejects with `Stopped` when the execution must end at once. */
  readonly stopped: Promise<never>;
  /** Aborted at the same moment, for whatever would go on waiting. */
  readonly stopping: AbortSignal;
  checkStopped(): void;
}

/** A state that was entered. */
export interface Step {
  readonly name: string;
  readonly state: State;
  readonly input: unknown;
  readonly enteredAt: number;
}

/** How a state was left. */
export interface Left {
  readonly output: unknown;
  readonly next: string | undefined;
}

/** Step Functions' quota on the input or output of a state, in bytes. */
const mostBytes = 262_144;

/** @throws States.DataLimitExceeded */
export const asText = (data: unknown): string => {
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) <= mostBytes) return text;
  throw new StatesError('States.DataLimitExceeded', `The state's data is larger than ${mostBytes} bytes.`);
};

export const contextOf = ({ options, startedAt }: Run, { name, enteredAt }: Step, retryCount: number): unknown => ({
  Execution: {
    Id: options.executionArn,
    Input: options.input,
    Name: options.name,
    RoleArn: options.roleArn ?? '',
    StartTime: new Date(startedAt).toISOString(),
  },
  State: { EnteredTime: new Date(enteredAt).toISOString(), Name: name, RetryCount: retryCount },
  StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineArn.split(':').at(-1) ?? '' },
});

/** What a path picks; `null` picks an empty object. */
export const select = (path: string | null | undefined, scope: Scope): unknown => {
  if (path === null) return {};
  return path === undefined ? scope.data : readPath(path, scope);
};

/** The input with a result at ResultPath; `null` drops the result. */
export const place = (path: string | null | undefined, input: unknown, result: unknown): unknown =>
  path === null ? input : writePath(path ?? '$', input, result);
