import type { HistoryEvent } from '../../statemachine/execution-events';
import type { Definition, State } from '../../statemachine/states-language';
import { choose } from './choice';
import { createHistory, shownFailure, shownVariables } from './history';
import { fillTemplate, readPath, type Scope } from './paths';
import { runtimeError, StatesError } from './states-error';
import { asText, type ExecutionOptions, type Position, type Run, type StateResult, type Step, scopeOf } from './step';
import { runTask } from './task';

export interface ExecutionResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number;
  readonly history: readonly HistoryEvent[];
  /** The state in which an unsuccessful execution ended. A redrive continues there. */
  readonly reached?: Position;
}

/** The execution's timeout or an abort. No Retry or Catch sees it. */
class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor(readonly status: 'TIMED_OUT' | 'ABORTED') {
    super(status);
  }
}

const textAt = (path: string | undefined, scope: Scope): string => {
  const value = readPath(path ?? '$', scope);
  if (typeof value !== 'string') throw runtimeError(`${path} must lead to a string.`);
  return value;
};

const passed = ({ Parameters }: State, scope: Scope): unknown =>
  Parameters === undefined ? scope.data : fillTemplate(Parameters, scope);

const runState = async (run: Run, step: Step): Promise<StateResult> => {
  const { state, input } = step;
  if (state.Type === 'Task') return runTask(run, step);
  const scope = scopeOf(run, step);
  switch (state.Type) {
    case 'Choice':
      return { output: input, next: choose(state, scope) };
    case 'Pass':
      return { output: passed(state, scope), next: state.Next };
    case 'Succeed':
      return { output: readPath(state.OutputPath ?? '$', scope), next: undefined };
    case 'Fail':
      throw new StatesError(textAt(state.ErrorPath, scope), textAt(state.CausePath, scope));
  }
};

const runStates = async (
  definition: Definition,
  run: Run,
  from: Position,
  onEnter: (position: Position) => void,
): Promise<unknown> => {
  let { data, variables } = from;
  let text = asText(data, from.stateName);
  let name: string | undefined = from.stateName;
  while (name !== undefined) {
    onEnter({ stateName: name, data, variables });
    run.checkStopped();
    const state: State | undefined = definition.States[name];
    if (!state) throw runtimeError(`There is no state ${name}.`);
    const step = { name, state, input: data, variables, enteredAt: run.options.clock.now() };
    run.history.add({ type: `${state.Type}StateEntered`, stateEnteredEventDetails: { name, input: text } });
    const { output, next, assigned }: StateResult = await runState(run, step);
    text = asText(output, name);
    run.history.add({
      type: `${state.Type}StateExited`,
      stateExitedEventDetails: { name, output: text, ...shownVariables(assigned) },
    });
    // Parsed again, so that states share no object with each other or with the definition.
    data = JSON.parse(text);
    variables = { ...variables, ...assigned };
    name = next;
  }
  return data;
};

/** Watches for the execution's timeout and for an abort: as a promise that rejects, and as a check between states. */
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
  // Most of the time nothing awaits it.
  stopped.catch(() => {});
  const checkStopped = (): void => {
    if (signal?.aborted) throw new Stopped('ABORTED');
    if (clock.now() > endsAt) throw new Stopped('TIMED_OUT');
  };
  return { endsAt, stopped, stopping: stopping.signal, checkStopped, cancel: () => deadline?.cancel() };
};

/**
 * Runs one execution to its end, or continues a stopped one. Rejects only if an integration has a bug.
 *
 * Continuing is a redrive (https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html): it starts the
 * state's retries and the machine's timeout again, and keeps the execution's name, start and variables. That page says
 * that a redrive preserves the results and history of the successful steps. It does not name variables.
 *
 * Variables follow https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html. Only a catcher
 * assigns them, and they have one scope, because there is neither Map nor Parallel.
 */
export const execute = async (definition: Definition, options: ExecutionOptions): Promise<ExecutionResult> => {
  const { clock, onEvent = () => {}, roleArn = '', redriven } = options;
  const startedAt = redriven?.startedAt ?? clock.now();
  const history = createHistory(() => clock.now(), onEvent);
  const { cancel, ...stop } = watchForStop(definition, options, clock.now());
  const input: unknown = JSON.parse(JSON.stringify(options.input === undefined ? {} : options.input));
  let reached = redriven?.from ?? { stateName: definition.StartAt, data: input, variables: {} };
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
    history.add({ type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: JSON.stringify(output) } });
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
