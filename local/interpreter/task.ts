import type { Fields } from '../../functions/language/json';
import type { Catcher } from '../../statemachine/states-language';
import { resourceOf, shownFailure } from './history';
import { fillTemplate, type Scope, writePath } from './paths';
import { type Attempts, findCatcher, nextRetry } from './retry';
import { runtimeError, StatesError } from './states-error';
import { asText, type Run, type StateResult, type Step, scopeOf } from './step';

/** @returns the result as JSON text, so that the machine and the integration share no object */
const callTask = async (run: Run, { state }: Step, parameters: unknown): Promise<string> => {
  const { clock, integrations } = run.options;
  const { Resource = '' } = state;
  const integration = Object.hasOwn(integrations, Resource) ? integrations[Resource] : undefined;
  if (!integration) throw runtimeError(`There is no integration for ${Resource}.`);
  const limit = state.TimeoutSeconds === undefined ? undefined : state.TimeoutSeconds * 1000;
  const endsAt = clock.now() + (limit ?? Number.POSITIVE_INFINITY);
  // Step Functions gives no Cause here.
  const timeout = () => new StatesError('States.Timeout', '');
  // A clock that skips waits never expires a deadline, but it tells the time. The earlier end counts.
  const checkTime = (): void => {
    if (clock.now() > endsAt && endsAt <= run.endsAt) throw timeout();
    run.checkStopped();
  };
  const deadline = limit === undefined ? undefined : clock.deadline(limit);
  const late =
    deadline === undefined
      ? run.stopped
      : deadline.expired.then((): never => {
          throw timeout();
        });
  // When the task is faster, nothing else handles the rejection.
  late.catch(() => {});
  try {
    const call = integration(parameters);
    const result = await Promise.race([call, run.stopped, late]);
    checkTime();
    return asText(result ?? null, resourceOf(Resource).resourceType, 'call');
  } catch (error) {
    if (error instanceof StatesError) checkTime();
    throw error;
  } finally {
    deadline?.cancel();
  }
};

/** Calls the integration and adds the events of the call. */
const scheduleTask = async (run: Run, step: Step, parameters: string): Promise<unknown> => {
  const { Resource = '', TimeoutSeconds: timeoutInSeconds } = step.state;
  const resource = resourceOf(Resource);
  run.history.add({
    type: 'TaskScheduled',
    taskScheduledEventDetails: {
      ...resource,
      region: run.options.stateMachineArn.split(':')[3] ?? '',
      parameters,
      ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    },
  });
  run.history.add({ type: 'TaskStarted', taskStartedEventDetails: resource });
  try {
    const output = await callTask(run, step, JSON.parse(parameters));
    run.history.add({ type: 'TaskSucceeded', taskSucceededEventDetails: { ...resource, output } });
    return JSON.parse(output);
  } catch (error) {
    if (error instanceof StatesError) {
      const details = { ...resource, ...shownFailure(error) };
      if (error.error === 'States.Timeout')
        run.history.add({ type: 'TaskTimedOut', taskTimedOutEventDetails: details });
      else run.history.add({ type: 'TaskFailed', taskFailedEventDetails: details });
    }
    throw error;
  }
};

const tryTask = async (run: Run, step: Step, retryCount: number): Promise<unknown> => {
  const { Parameters, ResultSelector, ResultPath = '$' } = step.state;
  const scope = scopeOf(run, step, retryCount);
  const parameters = Parameters === undefined ? step.input : fillTemplate(Parameters, scope);
  const result = await scheduleTask(run, step, asText(parameters, step.name));
  const selected = ResultSelector === undefined ? result : fillTemplate(ResultSelector, { ...scope, data: result });
  return writePath(ResultPath, step.input, selected);
};

/** The catcher's Assign is evaluated as a whole before any of its variables is set. */
const catchError = (
  { Assign, ResultPath = '$', Next }: Catcher,
  { error, cause }: StatesError,
  scope: Scope,
  name: string,
): StateResult => {
  const caught = { Error: error, Cause: cause };
  return {
    output: writePath(ResultPath, scope.data, caught),
    next: Next,
    ...(Assign && { assigned: JSON.parse(asText(fillTemplate(Assign, { ...scope, data: caught }), name)) as Fields }),
  };
};

/** Runs a Task state with its retries, to its result or to the state that catches its error. */
export const runTask = async (run: Run, step: Step): Promise<StateResult> => {
  const { name, state } = step;
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
        return catchError(catcher, error, scopeOf(run, step, retryCount), name);
      }
      onRetry?.({ stateName: name, error: error.error, cause: error.cause, attempt: retryCount + 1, delaySeconds });
      await Promise.race([clock.sleep(delaySeconds * 1000, run.stopping), run.stopped]);
      run.checkStopped();
    }
  }
};
