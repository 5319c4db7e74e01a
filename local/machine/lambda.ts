import { randomUUID } from 'node:crypto';
import type { Handler } from '../../functions/adapters/runtime';
import type { Clock } from '../../functions/contract/ports';
import { StatesError } from '../interpreter/states-error';
import type { Integration } from '../interpreter/step';

/** A function and its configuration in Lambda. */
interface LambdaFunction {
  readonly handler: Handler;
  readonly timeoutSeconds: number;
}

interface Lambda {
  /** The `lambda:invoke` integration. */
  readonly invoke: Integration;
  /** Ends the running invocation of a function, as running out of memory would. */
  crash(functionName: string): void;
}

/** The error that Lambda reports when a function ends without an answer. It has no stack trace. */
const ended = (errorType: string, requestId: string, reason: string): StatesError =>
  new StatesError(errorType, JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}` }));

const asFunctionError = (thrown: unknown): StatesError => {
  if (thrown instanceof StatesError) return thrown;
  const { name, message, stack = '' } = thrown as Error;
  const cause = { errorType: name, errorMessage: message, trace: stack.split('\n') };
  return new StatesError(name, JSON.stringify(cause));
};

/**
 * Runs functions in this process, as Step Functions calls Lambda: the interpreter passes payloads through JSON, an
 * error becomes Error and Cause as on AWS, and an invocation that exceeds its function's timeout ends as
 * Sandbox.Timedout.
 */
export const createLambda = (functions: ReadonlyMap<string, LambdaFunction>, clock: Clock): Lambda => {
  /** How to end the running invocation of each function. */
  const running = new Map<string, () => void>();

  const run = async (name: string, { handler, timeoutSeconds }: LambdaFunction, payload: unknown): Promise<unknown> => {
    const requestId = randomUUID();
    const endsAt = clock.now() + timeoutSeconds * 1000;
    const deadline = clock.deadline(timeoutSeconds * 1000);
    const timedOut = () =>
      ended('Sandbox.Timedout', requestId, `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`);
    const stopped = new Promise<never>((_, reject) => {
      deadline.expired.then(() => reject(timedOut()), reject);
      running.set(name, () =>
        reject(ended('Runtime.ExitError', requestId, 'Runtime exited with error: signal: killed')),
      );
    });
    // If the function is faster, nothing awaits this promise. Without a handler, its rejection would end the process.
    stopped.catch(() => {});
    try {
      const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => endsAt - clock.now() };
      const result = await Promise.race([handler(payload, context), stopped]);
      if (clock.now() > endsAt) throw timedOut();
      return result;
    } finally {
      running.delete(name);
      deadline.cancel();
    }
  };

  return {
    invoke: async (parameters) => {
      const { FunctionName: name, Payload: payload } = parameters as { FunctionName: string; Payload: unknown };
      const lambda = functions.get(name);
      if (!lambda) throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${name}`);
      try {
        const result = await run(name, lambda, payload ?? {});
        return { ExecutedVersion: '$LATEST', Payload: result ?? null, StatusCode: 200 };
      } catch (error) {
        throw asFunctionError(error);
      }
    },
    crash: (functionName) => running.get(functionName)?.(),
  };
};
