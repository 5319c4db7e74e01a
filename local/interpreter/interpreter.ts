import type { HistoryEvent } from '../../statemachine/execution-events';
import type { Definition, State } from '../../statemachine/states-language';
import { holds } from './choice';
import { createHistory, shownFailure } from './history';
import { fillTemplate, readPath, type Scope } from './paths';
import { runtimeError, StatesError } from './states-error';
import {
  asText,
  contextOf,
  type ExecutionOptions,
  type Left,
  type Position,
  place,
  type Run,
  type Step,
  select,
} from './step';
import { runTask } from './task';
import { waitUntil } from './wait';

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly history: readonly HistoryEvent[];
  /** Where an execution stands that did not succeed: a redrive goes on from there. */
  readonly reached?: Position;
}

/** Where the execution itself ends, wherever it is: by its own timeout or by an abort. */
class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor(readonly status: 'TIMED_OUT' | 'ABORTED') {
    super(status);
  }
}

const choose = ({ state }: Step, scope: Scope): string => {
  const rule = state.Choices?.find((each) => holds(each, scope));
  const next = rule?.Next ?? state.Default;
  if (next === undefined) throw new StatesError('States.NoChoiceMatched', 'No rule holds and there is no Default.');
  return next;
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
    const pause = Math.max(waitUntil(state, step.enteredAt, { data, context }) - clock.now(), 0);
    await Promise.race([clock.sleep(pause, run.stopping), run.stopped]);
    return leave(data, state.Next);
  }
  const filled = state.Parameters === undefined ? data : fillTemplate(state.Parameters, { data, context });
  const result = state.Result === undefined ? filled : state.Result;
  return leave(place(state.ResultPath, input, result), state.Next);
};

const runStates = async (
  definition: Definition,
  run: Run,
  from: Position,
  arrive: (position: Position) => void,
): Promise<unknown> => {
  let { data } = from;
  let text = asText(data);
  let name: string | undefined = from.stateName;
  while (name !== undefined) {
    arrive({ stateName: name, data });
    run.checkStopped();
    const state: State | undefined = definition.States[name];
    if (!state) throw runtimeError(`There is no state ${name}.`);
    const step = { name, state, input: data, enteredAt: run.options.clock.now() };
    run.history.add({ type: `${state.Type}StateEntered`, stateEnteredEventDetails: { name, input: text } });
    const left: Left = await runState(run, step);
    text = asText(left.output);
    run.history.add({ type: `${state.Type}StateExited`, stateExitedEventDetails: { name, output: text } });
    // Parsed anew, so that states share no object with each other nor with the definition.
    data = JSON.parse(text);
    name = left.next;
  }
  run.checkStopped();
  return data;
};

/** A promise that rejects when the execution's time is over or it is aborted, and a look at both in between. */
const watchForStop = (definition: Definition, { clock, signal }: ExecutionOptions, startedAt: number) => {
  const limit = definition.TimeoutSeconds === undefined ? undefined : definition.TimeoutSeconds * 1000;
  const endsAt = startedAt + (limit ?? Number.POSITIVE_INFINITY);
  const deadline = limit === undefined ? undefined : clock.deadline(limit);
  const stopping = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (status: Stopped['status']): void => {
      reject(new Stopped(status));
      stopping.abort();
    };
    deadline?.expired.then(() => stop('TIMED_OUT'), reject);
    signal?.addEventListener('abort', () => stop('ABORTED'), { once: true });
  });
  // Mostly nobody waits for it.
  stopped.catch(() => {});
  const checkStopped = (): void => {
    if (signal?.aborted) throw new Stopped('ABORTED');
    if (clock.now() > endsAt) throw new Stopped('TIMED_OUT');
  };
  return { endsAt, stopped, stopping: stopping.signal, checkStopped, cancel: () => deadline?.cancel() };
};

/**
 * Runs one execution to its end, or a stopped one from where it stands. Like a redrive on AWS, that begins the state's retries
 * and the machine's timeout anew and keeps the execution's name and start
 * (https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html). Rejects only for an integration's bug.
 */
export const execute = async (definition: Definition, options: ExecutionOptions): Promise<ExecutionResult> => {
  const { clock, onEvent = () => {}, roleArn = '', redriven } = options;
  const startedAt = redriven?.startedAt ?? clock.now();
  const history = createHistory(() => clock.now(), onEvent);
  const { cancel, ...stop } = watchForStop(definition, options, clock.now());
  const input: unknown = JSON.parse(JSON.stringify(options.input === undefined ? {} : options.input));
  let reached = redriven?.from ?? { stateName: definition.StartAt, data: input };
  const result = (end: Pick<ExecutionResult, 'status' | 'output' | 'error' | 'cause'>): ExecutionResult => ({
    ...end,
    startedAt,
    stoppedAt: clock.now(),
    history: history.events,
    ...(end.status === 'SUCCEEDED' ? {} : { reached }),
  });
  try {
    if (redriven) history.add({ type: 'ExecutionRedriven' });
    else {
      history.add({
        type: 'ExecutionStarted',
        executionStartedEventDetails: { input: JSON.stringify(input), roleArn },
      });
    }
    const run = { options: { ...options, input }, history, startedAt, ...stop };
    const output = await runStates(definition, run, reached, (position) => {
      reached = position;
    });
    history.add({ type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: asText(output) } });
    return result({ status: 'SUCCEEDED', output });
  } catch (error) {
    if (error instanceof Stopped && error.status === 'TIMED_OUT') {
      history.add({ type: 'ExecutionTimedOut', executionTimedOutEventDetails: { error: 'States.Timeout' } });
      return result({ status: error.status });
    }
    if (error instanceof Stopped) {
      const { reason } = options.signal ?? {};
      const given = reason instanceof StatesError ? shownFailure(reason) : {};
      history.add({ type: 'ExecutionAborted', executionAbortedEventDetails: given });
      return result({ status: error.status, ...given });
    }
    if (!(error instanceof StatesError)) throw error;
    const { error: name, cause } = error;
    history.add({ type: 'ExecutionFailed', executionFailedEventDetails: shownFailure(error) });
    return result({ status: 'FAILED', error: name, cause });
  } finally {
    cancel();
  }
};
