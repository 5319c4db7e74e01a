import { resourceOf } from './history';
import { fillTemplate } from './paths';
import { type Attempts, findCatcher, nextRetry } from './retry';
import { runtimeError, StatesError } from './states-error';
import { asText, contextOf, type Left, place, type Run, type Step, select } from './step';

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

/** Runs a Task state with its retries, to its result or to the state that catches its error. */
export const runTask = async (run: Run, step: Step): Promise<Left> => {
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
