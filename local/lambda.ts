import { randomUUID } from 'node:crypto';
import type { Handler } from '../functions/adapters/runtime';
import type { Clock } from '../functions/ports';
import type { Integration } from './states-language/interpreter';
import { StatesError } from './states-language/states-error';

/** A function as Lambda runs it. */
export interface LambdaFunction {
  readonly handler: Handler;
  readonly timeoutSeconds: number;
}

const failed = (errorType: string, errorMessage: string, trace: readonly string[]): StatesError =>
  new StatesError(errorType, JSON.stringify({ errorType, errorMessage, trace }));

const timedOut = (requestId: string, seconds: number): StatesError =>
  // Lambda reports no trace for a function that it stopped.
  new StatesError(
    'Sandbox.Timedout',
    JSON.stringify({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
    }),
  );

const run = async ({ handler, timeoutSeconds }: LambdaFunction, payload: unknown, clock: Clock): Promise<unknown> => {
  const requestId = randomUUID();
  const endsAt = clock.now() + timeoutSeconds * 1000;
  const deadline = clock.deadline(timeoutSeconds * 1000);
  const stopped = deadline.expired.then(() => {
    throw timedOut(requestId, timeoutSeconds);
  });
  // When the function is faster, nobody is left to hear of the deadline.
  stopped.catch(() => {});
  try {
    const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => endsAt - clock.now() };
    const result = await Promise.race([handler(payload, context), stopped]);
    if (clock.now() >= endsAt) throw timedOut(requestId, timeoutSeconds);
    return result;
  } catch (error) {
    if (error instanceof StatesError) throw error;
    const thrown = error instanceof Error ? error : new Error('not an error object');
    throw failed(thrown.name, thrown.message, (thrown.stack ?? '').split('\n'));
  } finally {
    deadline.cancel();
  }
};

/**
 * The `lambda:invoke` integration over functions in this process: payloads pass through JSON, an error becomes Error and
 * Cause as on AWS, and a function that takes longer than its timeout ends as Sandbox.Timedout.
 */
export const lambdaInvoke =
  (functions: ReadonlyMap<string, LambdaFunction>, clock: Clock): Integration =>
  async (parameters) => {
    const { FunctionName: name, Payload: payload } = parameters as { FunctionName: string; Payload: unknown };
    const lambda = functions.get(name);
    if (!lambda) throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${name}`);
    const result = await run(lambda, JSON.parse(JSON.stringify(payload ?? {})), clock);
    return { ExecutedVersion: '$LATEST', Payload: JSON.parse(JSON.stringify(result ?? null)), StatusCode: 200 };
  };
