import { randomUUID } from 'node:crypto';
import type { Connections, Handler, Runtime } from '../../functions/adapters/runtime';
import { wire as wireAlert } from '../../functions/alert/alert.lambda';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import type { Clock } from '../../functions/contract/ports';
import { wire as wireFetch } from '../../functions/fetch/fetch.lambda';
import { wire as wirePromote } from '../../functions/promote/promote.lambda';
import { wire as wireRefresh } from '../../functions/refresh/refresh.lambda';
import { wire as wireValidate } from '../../functions/validate/validate.lambda';
import { functionTable } from '../../infra/functions/table';
import { bindDefinition } from '../../statemachine/definition';
import type { Watcher } from '../../statemachine/execution-events';
import type { Definition } from '../../statemachine/states-language';
import { loadDefinition } from '../interpreter/definition';
import { type ExecutionResult, execute } from '../interpreter/interpreter';
import type { ExecutionOptions, Integration } from '../interpreter/step';
import { createLambda } from './lambda';

const account = '123456789012';
const region = 'us-east-1';
const machineName = 'RotateMomentoToken';
export const roleArn = `arn:aws:iam::${account}:role/${machineName}`;

export const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${machineName}`;

export const executionArnOf = (name: string): string =>
  `arn:aws:states:${region}:${account}:execution:${machineName}:${name}`;

const functionArn = (name: FunctionName): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

export type Handlers = Readonly<Record<FunctionName, Handler>>;

const wires: Readonly<Record<FunctionName, (runtime: Runtime, connections?: Connections) => Handler>> = {
  Fetch: wireFetch,
  Refresh: wireRefresh,
  Validate: wireValidate,
  Promote: wirePromote,
  Alert: wireAlert,
};

export const wireHandler = (name: FunctionName, runtime: Runtime, connections?: Connections): Handler =>
  wires[name](runtime, connections);

/** The handlers that are deployed. Without connections, they find the services through the runtime's environment. */
export const wireHandlers = (runtime: Runtime, connections?: Connections): Handlers =>
  Object.fromEntries(functionNames.map((name) => [name, wireHandler(name, runtime, connections)])) as Handlers;

export const bothWatchers = (one: Watcher, other: Watcher): Required<Watcher> => ({
  onEvent: (event) => {
    one.onEvent?.(event);
    other.onEvent?.(event);
  },
  onRetry: (retry) => {
    one.onRetry?.(retry);
    other.onRetry?.(retry);
  },
});

interface StartOptions {
  /** @default a random name */
  readonly name?: string;
  readonly watcher?: Watcher;
  readonly signal?: AbortSignal;
  /** For the jitter of retries. @default Math.random */
  readonly random?: () => number;
}

export interface Execution extends ExecutionResult {
  readonly name: string;
  readonly input: unknown;
}

export interface Machine {
  readonly definition: Definition;
  start(input: unknown, options?: StartOptions): Promise<Execution>;
  /** Continues an execution that did not succeed, from the state where it ended. */
  redrive(stopped: Execution, options?: Omit<StartOptions, 'name'>): Promise<Execution>;
  /** Ends the running invocation of a function, as running out of memory would. */
  crash(name: FunctionName): void;
}

/** The topic to which the state machine publishes when the alert function fails. */
export interface AlertTopic {
  readonly arn: string;
  readonly publish: Integration;
}

/** Reads and validates the state machine's file. */
export const loadRotation = (alertTopic: string): Definition => {
  const arns = Object.fromEntries(functionNames.map((name) => [name, functionArn(name)]));
  return loadDefinition(bindDefinition({ functions: arns as Record<FunctionName, string>, alertTopic }));
};

/** The state machine from its file, with these functions. */
export const createMachine = (
  handlers: Handlers,
  clock: Clock,
  topic: AlertTopic,
  definition = loadRotation(topic.arn),
): Machine => {
  const functions = new Map(
    functionNames.map((name) => [
      functionArn(name),
      { handler: handlers[name], timeoutSeconds: functionTable[name].timeoutSeconds },
    ]),
  );
  const lambda = createLambda(functions, clock);
  const run = async (
    name: string,
    input: unknown,
    { watcher, ...options }: Omit<StartOptions, 'name'>,
    redriven?: ExecutionOptions['redriven'],
  ): Promise<Execution> => {
    const result = await execute(definition, {
      ...options,
      ...(watcher?.onEvent ? { onEvent: (event) => watcher.onEvent?.(event) } : {}),
      ...(watcher?.onRetry ? { onRetry: (retry) => watcher.onRetry?.(retry) } : {}),
      ...(redriven ? { redriven } : {}),
      input,
      name,
      executionArn: executionArnOf(name),
      stateMachineArn,
      roleArn,
      integrations: {
        'arn:aws:states:::lambda:invoke': lambda.invoke,
        'arn:aws:states:::sns:publish': topic.publish,
      },
      clock,
    });
    return { ...result, name, input };
  };
  return {
    definition,
    start: (input, { name = randomUUID(), ...options } = {}) => run(name, input, options),
    redrive: async ({ name, input, reached, startedAt }, options = {}) => {
      if (reached === undefined) throw new Error('An execution that succeeded cannot be redriven.');
      return run(name, input, options, { from: reached, startedAt });
    },
    crash: (name) => lambda.crash(functionArn(name)),
  };
};
