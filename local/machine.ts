import { randomUUID } from 'node:crypto';
import type { Runtime } from '../functions/adapters/runtime';
import { functionTimeoutSeconds } from '../functions/contract';
import { wire as wireFetch } from '../functions/fetch.lambda';
import type { Clock } from '../functions/ports';
import { wire as wirePromote } from '../functions/promote.lambda';
import { wire as wireRefresh } from '../functions/refresh.lambda';
import { wire as wireValidate } from '../functions/validate.lambda';
import { bindDefinition, type FunctionName } from '../statemachine/definition';
import { type LambdaFunction, lambdaInvoke } from './lambda';
import { loadDefinition } from './states-language/definition';
import type { HistoryEvent } from './states-language/history';
import { type ExecutionResult, execute, type Retry } from './states-language/interpreter';

const account = '123456789012';
const region = 'us-east-1';
const machineName = 'RotateMomentoToken';

const functionArn = (name: FunctionName): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

const definition = () =>
  loadDefinition(
    bindDefinition({
      Fetch: functionArn('Fetch'),
      Refresh: functionArn('Refresh'),
      Validate: functionArn('Validate'),
      Promote: functionArn('Promote'),
    }),
  );

const deployFunctions = (runtime: Runtime): ReadonlyMap<string, LambdaFunction> =>
  new Map([
    [functionArn('Fetch'), { handler: wireFetch(runtime), timeoutSeconds: functionTimeoutSeconds.fetch }],
    [functionArn('Refresh'), { handler: wireRefresh(runtime), timeoutSeconds: functionTimeoutSeconds.refresh }],
    [functionArn('Validate'), { handler: wireValidate(runtime), timeoutSeconds: functionTimeoutSeconds.validate }],
    [functionArn('Promote'), { handler: wirePromote(runtime), timeoutSeconds: functionTimeoutSeconds.promote }],
  ]);

/** Who watches an execution while it runs. */
export interface Watcher {
  onEvent?(event: HistoryEvent): void;
  onRetry?(retry: Retry): void;
}

export interface Machine {
  start(input: unknown, watcher?: Watcher, signal?: AbortSignal): Promise<ExecutionResult & { name: string }>;
}

/** The state machine and its functions, as deployed; nothing is shared between two of them. */
export const createMachine = (runtime: Runtime, clock: Clock = runtime.clock): Machine => {
  const integrations = { 'arn:aws:states:::lambda:invoke': lambdaInvoke(deployFunctions(runtime), clock) };
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${machineName}`;
  return {
    async start(input, watcher = {}, signal) {
      const name = randomUUID();
      const result = await execute(definition(), {
        input,
        name,
        executionArn: `arn:aws:states:${region}:${account}:execution:${machineName}:${name}`,
        stateMachineArn,
        integrations,
        clock,
        ...(watcher.onEvent ? { onEvent: (event) => watcher.onEvent?.(event) } : {}),
        ...(watcher.onRetry ? { onRetry: (retry) => watcher.onRetry?.(retry) } : {}),
        ...(signal ? { signal } : {}),
      });
      return { ...result, name };
    },
  };
};
