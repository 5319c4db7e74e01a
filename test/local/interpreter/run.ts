import type { Clock } from '../../../functions/contract/ports';
import { loadDefinition } from '../../../local/interpreter/definition';
import { execute } from '../../../local/interpreter/interpreter';
import { StatesError } from '../../../local/interpreter/states-error';
import type { ExecutionOptions, Integration } from '../../../local/interpreter/step';
import type { Retry } from '../../../statemachine/execution-events';

/** A clock that skips every sleep and records it. Deadlines expire only when a test says so. */
export const createSteppingClock = () => {
  let now = Date.parse('2026-12-01T00:00:00Z');
  const sleeps: number[] = [];
  const deadlines: { readonly milliseconds: number; readonly expire: () => void; cancelled: boolean }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
    deadline: (milliseconds) => {
      let expire = (): void => {};
      const expired = new Promise<void>((resolve) => {
        expire = resolve;
      });
      const entry = { milliseconds, expire, cancelled: false };
      deadlines.push(entry);
      return {
        expired,
        cancel: () => {
          entry.cancelled = true;
        },
      };
    },
  };
  return {
    clock,
    sleeps,
    deadlines,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
};

const lambdaInvoke = 'arn:aws:states:::lambda:invoke';

export interface RunOptions extends Partial<Omit<ExecutionOptions, 'clock'>> {
  readonly time?: ReturnType<typeof createSteppingClock>;
  /** What `lambda:invoke` does. */
  readonly task?: Integration;
}

export const run = async (
  states: Record<string, object>,
  { time = createSteppingClock(), task = async (parameters) => parameters, ...options }: RunOptions = {},
  machine: Record<string, unknown> = {},
) => {
  const definition = loadDefinition({ StartAt: Object.keys(states)[0], States: states, ...machine });
  const retries: Retry[] = [];
  const result = await execute(definition, {
    input: {},
    name: 'execution-1',
    executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:Machine:execution-1',
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Machine',
    integrations: { [lambdaInvoke]: task },
    clock: time.clock,
    random: () => 0.5,
    onRetry: (retry) => retries.push(retry),
    ...options,
  });
  const visited = result.history.flatMap(({ stateEnteredEventDetails: entered }) => (entered ? [entered.name] : []));
  return { ...result, retries, visited, seconds: time.sleeps.map((milliseconds) => milliseconds / 1000) };
};

/** A task that fails with these errors, one a call, and then returns its parameters. */
export const failing = (...errors: readonly string[]): Integration => {
  const left = [...errors];
  return async (parameters) => {
    const error = left.shift();
    if (error !== undefined) throw new StatesError(error, `the cause of ${error}`);
    return parameters;
  };
};

export const task = (fields: object = {}) => ({ Type: 'Task', Resource: lambdaInvoke, Next: 'S', ...fields });

/** Where `task` leads to. */
export const end = { S: { Type: 'Succeed' } };
