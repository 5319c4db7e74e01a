import type { Handler } from '../../../functions/adapters/runtime';
import type { FunctionName } from '../../../functions/contract/functions';
import type { CloudIntercept } from '../../../local/cloud/embedded-cloud';
import { ServiceError } from '../../../local/cloud/wire/service';
import { failures } from '../../../local/failures/catalogue';
import { StatesError } from '../../../local/interpreter/states-error';
import {
  bothWatchers,
  createMachine,
  type Execution,
  type Machine,
  wireHandlers,
} from '../../../local/machine/machine';
import type { Watcher } from '../../../statemachine/execution-events';
import type { State } from '../../../statemachine/states-language';
import { type Setting, type SettingOptions, secretName, withCloud } from '../../cloud';
import { chosen, withFailure } from '../../failures/provoked';
import { jitter } from './recording';

// The executions that both interpreters run. Ours runs them first, with the real functions over the embedded services.

export interface Recorded extends Execution {
  /** How long each retry waited, in seconds. */
  readonly waits: readonly number[];
}

const start = async (machine: Machine, input: unknown = {}, watcher: Watcher = {}): Promise<Recorded> => {
  const waits: number[] = [];
  const noting: Watcher = { onRetry: ({ delaySeconds }) => waits.push(delaySeconds) };
  const execution = await machine.start(input, { watcher: bothWatchers(noting, watcher), random: () => jitter });
  return { ...execution, waits };
};

/** The error of the next call; `undefined` if the call proceeds. */
type NextError = () => string | undefined;

/** Starts an execution in which calls of one state fail with errors of Lambda and Step Functions. */
const startFailing = (
  { cloud, clock }: Setting,
  failingState: string,
  nextError: NextError,
  input: unknown = {},
  watcher: Watcher = {},
): Promise<Recorded> => {
  let state: string | undefined;
  const failing = <In extends readonly unknown[]>(call: (...given: In) => Promise<unknown>) => {
    return async (...given: In): Promise<unknown> => {
      const error = state === failingState ? nextError() : undefined;
      if (error === undefined) return call(...given);
      const errorMessage = 'Fails, as provoked.';
      const ofService = /^(Lambda|SNS)\./.test(error);
      const cause = ofService ? errorMessage : JSON.stringify({ errorType: error, errorMessage });
      throw new StatesError(error, error === 'States.Timeout' ? '' : cause);
    };
  };
  const env = { ...cloud.env, DEFAULT_SECRET_NAME: secretName, SCHEDULE_INTERVAL: '1h' };
  const handlers = Object.entries(wireHandlers({ env, clock, write: () => {} }));
  const failingHandlers = Object.fromEntries(handlers.map(([name, handler]) => [name, failing(handler) as Handler]));
  const { arn, publish } = cloud.alertTopic;
  const machine = createMachine(failingHandlers as Record<FunctionName, Handler>, clock, {
    arn,
    publish: failing(publish),
  });
  const following: Watcher = {
    onEvent: ({ stateEnteredEventDetails: entered }) => {
      state = entered?.name ?? state;
    },
  };
  return start(machine, input, bothWatchers(following, watcher));
};

const always =
  (error: string): NextError =>
  () =>
    error;

const once = (error: string): NextError => {
  const left = [error];
  return () => left.shift();
};

const takeTurns = (errors: readonly string[]): NextError => {
  let next = 0;
  return () => errors[next++ % errors.length];
};

const leavePendingOnCurrent = ({ cloud }: Setting): void => {
  const MoveToVersionId = cloud.secretsManager.labels(secretName).get('AWSCURRENT');
  const label = { SecretId: secretName, VersionStage: 'AWSPENDING', MoveToVersionId };
  cloud.secretsManager.call('UpdateSecretVersionStage', label);
};

/** An earlier run refreshed the token and could not test it. */
const leavePendingToken = (setting: Setting): Promise<Recorded> =>
  startFailing(setting, 'Validate', always('AccessDenied'));

const hourly: SettingOptions = { env: { SCHEDULE_INTERVAL: '1h' } };

/** The name of an execution, and what runs it in our interpreter. */
type Named = readonly [string, () => Promise<Recorded>];

/** Secrets Manager promotes the token, and its reply says that it does not. */
const refusePromoted: CloudIntercept = async (call, proceed) => {
  const reply = await proceed();
  const { VersionStage } = call.input ?? {};
  if (call.action !== 'UpdateSecretVersionStage' || VersionStage !== 'AWSCURRENT') return reply;
  throw new ServiceError('AccessDeniedException', 'Refused, as provoked.', 400);
};

/** Executions that take the steps that no failure leads to. */
const ways: Readonly<Record<string, () => Promise<Recorded>>> = {
  'nothing fails': () => withCloud({}, ({ machine }) => start(machine)),
  'validation is switched off': () => withCloud({ env: { SKIP_VALIDATION: 'true' } }, ({ machine }) => start(machine)),
  'a dry run': () => withCloud({}, ({ machine }) => start(machine, { dryRun: true })),
  'a wrong input': () => withCloud({}, ({ machine }) => start(machine, { secretname: secretName })),
  'the token is not due': () =>
    withCloud(hourly, async ({ machine }) => {
      await start(machine);
      return start(machine);
    }),
  'AWSPENDING is left on current': () =>
    withCloud({}, (setting) => {
      leavePendingOnCurrent(setting);
      return start(setting.machine);
    }),
  'the token is promoted without an answer': () =>
    withCloud({ intercept: refusePromoted }, ({ machine }) => start(machine)),
  'a token of an earlier run is pending': () =>
    withCloud(hourly, async (setting) => {
      await leavePendingToken(setting);
      return start(setting.machine);
    }),
  'a pending token of an earlier run is rejected': () =>
    withCloud(hourly, async (setting) => {
      await leavePendingToken(setting);
      return startFailing(setting, 'Validate', always('TokenRejected'));
    }),
};

const provoke = (name: string): Promise<Recorded> =>
  withFailure(
    withCloud,
    chosen(name),
    hourly,
    ({ machine }, watcher) => start(machine, {}, watcher),
    (_, execution) => execution,
  );

/** How to reach a state: a failure, an input, or a change of the secret. A state without an entry is on the usual path. */
const leadsTo: Readonly<
  Record<string, { readonly failure?: string; readonly input?: unknown; prepare?(setting: Setting): void }>
> = {
  'Tidy up': { prepare: leavePendingOnCurrent },
  'Was it promoted?': { failure: 'promote:AccessDenied:always' },
  'Test both tokens': { failure: 'verify:TokenRejected:always' },
  'Roll back': { failure: 'verify:TokenRejected:always' },
  'Test current token': { input: { dryRun: true } },
  Alert: { failure: 'fetch:AccessDenied:always' },
  'Plain alert': { failure: 'alert:AccessDenied:always' },
};

const failIn = (state: string, nextError: NextError): Promise<Recorded> => {
  const { failure, input = {}, prepare } = leadsTo[state] ?? {};
  const run = (setting: Setting, watcher?: Watcher): Promise<Recorded> => {
    prepare?.(setting);
    return startFailing(setting, state, nextError, input, watcher);
  };
  return failure === undefined
    ? withCloud(hourly, run)
    : withFailure(withCloud, chosen(failure), hourly, run, (_, execution) => execution);
};

/**
 * Every error of a state's Retry, each until its retries are used up. Every error of its Catch, once: more of them may
 * lead back to the state without end. Also all its retriers in turn.
 */
const failuresOf = ([name, { Resource = '', Retry = [], Catch = [] }]: [string, State]): readonly Named[] => {
  // An example of the errors that only States.ALL and States.TaskFailed cover.
  const unlisted = Resource.includes('sns') ? 'SNS.InternalErrorException' : 'Unlisted';
  const concrete = (errors: readonly string[]): readonly string[] =>
    errors.map((error) => (['States.ALL', 'States.TaskFailed'].includes(error) ? unlisted : error));
  const retried = concrete(Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
  const caught = concrete(Catch.flatMap(({ ErrorEquals }) => ErrorEquals)).filter((error) => !retried.includes(error));
  const ofEachRetrier = Retry.flatMap(({ ErrorEquals }) => concrete(ErrorEquals).slice(0, 1));
  return [
    ...retried.map((error): Named => [`${name} fails with ${error}`, () => failIn(name, always(error))]),
    ...caught.map((error): Named => [`${name} fails with ${error}`, () => failIn(name, once(error))]),
    [`${name} uses its retriers in turn`, () => failIn(name, takeTurns(ofEachRetrier))],
  ];
};

const provoked = failures
  .flatMap(({ step, error }) => [`${step}:${error}`, `${step}:${error}:always`])
  .map((name): Named => [name, () => provoke(name)]);

export const executionsOf = (states: Readonly<Record<string, State>>): readonly Named[] => [
  ...Object.entries(ways),
  ...provoked,
  ...Object.entries(states)
    .filter(([, { Type }]) => Type === 'Task')
    .flatMap(failuresOf),
];
