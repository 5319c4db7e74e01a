import { randomUUID } from 'node:crypto';
import type { Handler, Runtime } from '../functions/adapters/runtime';
import { wire as wireAlert } from '../functions/alert.lambda';
import { functionTimeoutSeconds } from '../functions/contract';
import { wire as wireFetch } from '../functions/fetch.lambda';
import type { Clock, Momento, Secrets, Topic } from '../functions/ports';
import { wire as wirePromote } from '../functions/promote.lambda';
import { wire as wireRefresh } from '../functions/refresh.lambda';
import { wire as wireValidate } from '../functions/validate.lambda';
import { bindDefinition, type FunctionName, functionNames } from '../statemachine/definition';
import { createLambda } from './lambda';
import { loadDefinition } from './states-language/definition';
import type { HistoryEvent } from './states-language/history';
import { type ExecutionResult, execute } from './states-language/interpreter';
import type { Integration, Retry } from './states-language/step';

const account = '123456789012';
const region = 'us-east-1';
const machineName = 'RotateMomentoToken';
const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${machineName}`;

const functionArn = (name: FunctionName): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

type Handlers = Readonly<Record<FunctionName, Handler>>;

/** The functions as they are deployed: they find Secrets Manager and Momento through the runtime's environment. */
export const wireHandlers = (runtime: Runtime): Handlers => ({
  Fetch: wireFetch(runtime),
  Refresh: wireRefresh(runtime),
  Validate: wireValidate(runtime),
  Promote: wirePromote(runtime),
  Alert: wireAlert(runtime),
});

interface ServicePorts {
  readonly secrets: Secrets;
  readonly momento: Momento;
  readonly topic: Topic;
}

/** The same functions with the services given to them. */
export const wireHandlersTo = (runtime: Runtime, { secrets, momento, topic }: ServicePorts): Handlers => ({
  Fetch: wireFetch(runtime, () => secrets),
  Refresh: wireRefresh(
    runtime,
    () => secrets,
    () => momento,
  ),
  Validate: wireValidate(
    runtime,
    () => secrets,
    () => momento,
  ),
  Promote: wirePromote(runtime, () => secrets),
  Alert: wireAlert(runtime, () => topic),
});

const timeoutOf = (name: FunctionName): number =>
  functionTimeoutSeconds[name.toLowerCase() as keyof typeof functionTimeoutSeconds];

/** Who watches an execution while it runs. */
export interface Watcher {
  onEvent?(event: HistoryEvent): void;
  onRetry?(retry: Retry): void;
}

export interface StartOptions {
  readonly watcher?: Watcher;
  readonly signal?: AbortSignal;
  /** For the jitter of retries. @default Math.random */
  readonly random?: () => number;
}

export interface Machine {
  start(input: unknown, options?: StartOptions): Promise<ExecutionResult & { readonly name: string }>;
  /** Ends the running invocation of a function, as running out of memory would. */
  crash(name: FunctionName): void;
}

/** The topic to which the state machine publishes when the alert function fails. */
export interface AlertTopic {
  readonly arn: string;
  readonly publish: Integration;
}

/** The state machine, from its file, over these functions. */
export const createMachine = (handlers: Handlers, clock: Clock, topic: AlertTopic): Machine => {
  const arns = Object.fromEntries(functionNames.map((name) => [name, functionArn(name)]));
  const bindings = { functions: arns as Record<FunctionName, string>, alertTopic: topic.arn };
  const definition = loadDefinition(bindDefinition(bindings));
  const functions = new Map(
    functionNames.map((name) => [functionArn(name), { handler: handlers[name], timeoutSeconds: timeoutOf(name) }]),
  );
  const lambda = createLambda(functions, clock);
  return {
    async start(input, { watcher, ...options } = {}) {
      const name = randomUUID();
      const result = await execute(definition, {
        ...options,
        ...(watcher?.onEvent ? { onEvent: (event) => watcher.onEvent?.(event) } : {}),
        ...(watcher?.onRetry ? { onRetry: (retry) => watcher.onRetry?.(retry) } : {}),
        input,
        name,
        executionArn: `arn:aws:states:${region}:${account}:execution:${machineName}:${name}`,
        stateMachineArn,
        integrations: {
          'arn:aws:states:::lambda:invoke': lambda.invoke,
          'arn:aws:states:::sns:publish': topic.publish,
        },
        clock,
      });
      return { ...result, name };
    },
    crash: (name) => lambda.crash(functionArn(name)),
  };
};
