import type { Clock } from '../../functions/ports';
import { holds } from './choice';
import type { Definition, State } from './definition';
import { createHistory, type History, type HistoryEvent, resourceOf } from './history';
import { fillTemplate, readPath, type Scope, writePath } from './paths';
import { type Attempts, findCatcher, nextRetry } from './retry';
import { runtimeError, StatesError } from './states-error';

/** What a Task's Resource stands for. Throws `StatesError`; what else it throws is a bug and ends `execute`. */
export type Integration = (
  parameters: unknown,
  task: { readonly stateName: string; readonly signal: AbortSignal },
) => Promise<unknown>;

/** A retry that is about to be waited for: the history of AWS has no event for it. */
export interface Retry {
  readonly stateName: string;
  readonly error: string;
  readonly cause: string;
  /** 1 for the first retry of the state. */
  readonly attempt: number;
  readonly delaySeconds: number;
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
  readonly signal?: AbortSignal;
}

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly history: readonly HistoryEvent[];
}

/** Step Functions' quota on the input or output of a state, in bytes. */
const mostBytes = 262_144;

/** Where the execution itself ends, wherever it is: by its own timeout or by an abort. */
class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor(readonly status: 'TIMED_OUT' | 'ABORTED') {
    super(status);
  }
}

interface Run {
  readonly options: ExecutionOptions;
  readonly history: History;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Rejects with `Stopped` when the execution must end at once. */
  readonly stopped: Promise<never>;
  checkStopped(): void;
}

interface Step {
  readonly name: string;
  readonly state: State;
  readonly input: unknown;
  readonly enteredAt: number;
}

const asText = (data: unknown): string => {
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) <= mostBytes) return text;
  throw new StatesError('States.DataLimitExceeded', `The state's data is larger than ${mostBytes} bytes.`);
};

const contextOf = ({ options, startedAt }: Run, { name, enteredAt }: Step, retryCount: number): unknown => ({
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

const select = (path: string | null | undefined, scope: Scope): unknown => {
  if (path === null) return {};
  return path === undefined ? scope.data : readPath(path, scope);
};

const place = (path: string | null | undefined, input: unknown, result: unknown): unknown =>
  path === null ? input : writePath(path ?? '$', input, result);

const callTask = async (run: Run, { name, state }: Step, parameters: unknown): Promise<unknown> => {
  const { clock, integrations } = run.options;
  const integration = integrations[state.Resource ?? ''];
  if (!integration) throw runtimeError(`There is no integration for ${state.Resource}.`);
  const abort = new AbortController();
  const limit = state.TimeoutSeconds === undefined ? undefined : state.TimeoutSeconds * 1000;
  const endsAt = clock.now() + (limit ?? Number.POSITIVE_INFINITY);
  const timeout = () => new StatesError('States.Timeout', `The task took longer than ${state.TimeoutSeconds} seconds.`);
  const deadline = limit === undefined ? undefined : clock.deadline(limit);
  const late =
    deadline === undefined
      ? run.stopped
      : deadline.expired.then((): never => {
          throw timeout();
        });
  // When the task is faster, nobody is left to hear of the deadline.
  late.catch(() => {});
  try {
    const call = integration(parameters, { stateName: name, signal: abort.signal });
    const result = await Promise.race([call, run.stopped, late]);
    // A clock that skips waiting does not let the deadline run out, but it tells the time.
    if (clock.now() > endsAt) throw timeout();
    return JSON.parse(JSON.stringify(result ?? null));
  } catch (error) {
    abort.abort();
    throw error;
  } finally {
    deadline?.cancel();
  }
};

const tryTask = async (run: Run, step: Step, retryCount: number): Promise<unknown> => {
  const { state, input } = step;
  const context = contextOf(run, step, retryCount);
  const resource = resourceOf(state.Resource ?? '');
  const effective = select(state.InputPath, { data: input, context });
  const parameters =
    state.Parameters === undefined ? effective : fillTemplate(state.Parameters, { data: effective, context });
  const { TimeoutSeconds: timeoutInSeconds } = state;
  run.history.add({
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      ...resource,
      region: run.options.stateMachineArn.split(':')[3] ?? '',
      parameters: asText(parameters),
      ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    },
  });
  run.history.add({ type: 'TaskStarted', taskStartedEventDetails: resource });
  try {
    const result = await callTask(run, step, parameters);
    run.history.add({ type: 'TaskSucceeded', taskSucceededEventDetails: { ...resource, output: asText(result) } });
    const selected =
      state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, { data: result, context });
    return select(state.OutputPath, { data: place(state.ResultPath, input, selected), context });
  } catch (error) {
    if (error instanceof StatesError) {
      const details = { ...resource, error: error.error, cause: error.cause };
      if (error.error === 'States.Timeout')
        run.history.add({ type: 'TaskTimedOut', taskTimedOutEventDetails: details });
      else run.history.add({ type: 'TaskFailed', taskFailedEventDetails: details });
    }
    throw error;
  }
};

interface Left {
  readonly output: unknown;
  readonly next: string | undefined;
}

const runTask = async (run: Run, step: Step): Promise<Left> => {
  const { name, state, input } = step;
  const { clock, random = Math.random, onRetry } = run.options;
  const attempts: Attempts = new Map();
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return { output: await tryTask(run, step, retryCount), next: state.Next };
    } catch (error) {
      if (!(error instanceof StatesError)) throw error;
      const delaySeconds = nextRetry(state.Retry, error, attempts, random);
      if (delaySeconds === undefined) {
        const catcher = findCatcher(state.Catch, error);
        if (!catcher) throw error;
        const caught = { Error: error.error, Cause: error.cause };
        return { output: place(catcher.ResultPath, input, caught), next: catcher.Next };
      }
      onRetry?.({ stateName: name, error: error.error, cause: error.cause, attempt: retryCount + 1, delaySeconds });
      await Promise.race([clock.sleep(delaySeconds * 1000), run.stopped]);
      run.checkStopped();
    }
  }
};

const choose = ({ state }: Step, scope: Scope): string => {
  const rule = state.Choices?.find((each) => holds(each, scope));
  const next = rule?.Next ?? state.Default;
  if (next === undefined) throw new StatesError('States.NoChoiceMatched', 'No rule holds and there is no Default.');
  return next;
};

const waitUntil = ({ state, enteredAt }: Step, scope: Scope): number => {
  const seconds = state.SecondsPath === undefined ? state.Seconds : readPath(state.SecondsPath, scope);
  if (typeof seconds === 'number') return enteredAt + seconds * 1000;
  const timestamp = state.TimestampPath === undefined ? state.Timestamp : readPath(state.TimestampPath, scope);
  const time = Date.parse(String(timestamp));
  if (Number.isNaN(time)) throw runtimeError('Wait needs a number of seconds or a timestamp.');
  return time;
};

const failureOf = ({ state }: Step, scope: Scope): StatesError => {
  const text = (path: string | undefined, literal: string | undefined): string => {
    const value = path === undefined ? (literal ?? '') : readPath(path, scope);
    if (typeof value !== 'string') throw runtimeError(`${path} must lead to a string.`);
    return value;
  };
  return new StatesError(text(state.ErrorPath, state.Error), text(state.CausePath, state.Cause));
};

const runState = async (run: Run, step: Step): Promise<Left> => {
  const { state, input } = step;
  if (state.Type === 'Task') return runTask(run, step);
  const context = contextOf(run, step, 0);
  if (state.Type === 'Fail') throw failureOf(step, { data: input, context });
  const data = select(state.InputPath, { data: input, context });
  const leave = (output: unknown, next: string | undefined): Left => ({
    output: select(state.OutputPath, { data: output, context }),
    next,
  });
  if (state.Type === 'Choice') return leave(data, choose(step, { data, context }));
  if (state.Type === 'Succeed') return leave(data, undefined);
  if (state.Type === 'Wait') {
    const { clock } = run.options;
    const pause = Math.max(waitUntil(step, { data, context }) - clock.now(), 0);
    await Promise.race([clock.sleep(pause), run.stopped]);
    return leave(data, state.Next);
  }
  const filled = state.Parameters === undefined ? data : fillTemplate(state.Parameters, { data, context });
  return leave(place(state.ResultPath, input, state.Result ?? filled), state.Next);
};

const runStates = async (definition: Definition, run: Run): Promise<unknown> => {
  let name: string | undefined = definition.StartAt;
  let data = run.options.input;
  while (name !== undefined) {
    run.checkStopped();
    const state: State | undefined = definition.States[name];
    if (!state) throw runtimeError(`There is no state ${name}.`);
    const step = { name, state, input: data, enteredAt: run.options.clock.now() };
    run.history.add({ type: `${state.Type}StateEntered`, stateEnteredEventDetails: { name, input: asText(data) } });
    const left: Left = await runState(run, step);
    const output = asText(left.output);
    run.history.add({ type: `${state.Type}StateExited`, stateExitedEventDetails: { name, output } });
    data = left.output;
    name = left.next;
  }
  run.checkStopped();
  return data;
};

/** A promise that rejects when the execution's time is over or it is aborted, and a look at both in between. */
const watchForStop = (definition: Definition, { clock, signal }: ExecutionOptions, startedAt: number) => {
  const limit = definition.TimeoutSeconds === undefined ? undefined : definition.TimeoutSeconds * 1000;
  const deadline = limit === undefined ? undefined : clock.deadline(limit);
  const stopped = new Promise<never>((_, reject) => {
    deadline?.expired.then(() => reject(new Stopped('TIMED_OUT')), reject);
    signal?.addEventListener('abort', () => reject(new Stopped('ABORTED')), { once: true });
  });
  // Mostly nobody waits for it.
  stopped.catch(() => {});
  const checkStopped = (): void => {
    if (signal?.aborted) throw new Stopped('ABORTED');
    if (limit !== undefined && clock.now() > startedAt + limit) throw new Stopped('TIMED_OUT');
  };
  return { stopped, checkStopped, cancel: () => deadline?.cancel() };
};

/** Runs one execution to its end. Rejects only for an integration's bug. */
export const execute = async (definition: Definition, options: ExecutionOptions): Promise<ExecutionResult> => {
  const { clock, onEvent = () => {}, roleArn = '' } = options;
  const startedAt = clock.now();
  const history = createHistory(() => clock.now(), onEvent);
  const { stopped, checkStopped, cancel } = watchForStop(definition, options, startedAt);
  const result = (end: Pick<ExecutionResult, 'status' | 'output' | 'error' | 'cause'>): ExecutionResult => ({
    ...end,
    startedAt,
    stoppedAt: clock.now(),
    history: history.events,
  });
  try {
    history.add({
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: JSON.stringify(options.input), roleArn },
    });
    const output = await runStates(definition, { options, history, startedAt, stopped, checkStopped });
    history.add({ type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: asText(output) } });
    return result({ status: 'SUCCEEDED', output });
  } catch (error) {
    if (error instanceof Stopped) {
      const failure = { error: error.status === 'TIMED_OUT' ? 'States.Timeout' : '', cause: '' };
      if (error.status === 'TIMED_OUT')
        history.add({ type: 'ExecutionTimedOut', executionTimedOutEventDetails: failure });
      else history.add({ type: 'ExecutionAborted', executionAbortedEventDetails: failure });
      return result({ status: error.status });
    }
    if (!(error instanceof StatesError)) throw error;
    const { error: name, cause } = error;
    history.add({ type: 'ExecutionFailed', executionFailedEventDetails: { error: name, cause } });
    return result({ status: 'FAILED', error: name, cause });
  } finally {
    cancel();
  }
};
