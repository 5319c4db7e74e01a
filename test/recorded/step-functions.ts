import { SFNClient } from '@aws-sdk/client-sfn';
import { createSecretsManager } from '../../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../../local/cloud/sns/sns';
import { createStepFunctions } from '../../local/cloud/step-functions/step-functions';
import { startAwsServer } from '../../local/cloud/wire/aws-http';
import type { Execution, Machine } from '../../local/machine/machine';
import type { Definition } from '../../statemachine/states-language';
import type { Json } from './placeholders';

/** The definition of the recorded state machines. Its executions end when a recording says so. */
const definition = {
  Comment: 'BASE_PASS_RESULT',
  StartAt: 'State_1',
  States: { State_1: { Type: 'Pass', Result: { Arg1: 'argument1' }, End: true } },
} as unknown as Definition;

const unused = (): never => {
  throw new Error('No recording needs this.');
};

/** The texts in JSON, as the recordings have them. */
const parsedTexts = ['definition', 'input', 'output'];

const withParsedTexts = (answer: object): object =>
  Object.fromEntries(
    Object.entries(answer).map(([field, value]) => [
      field,
      parsedTexts.includes(field) && typeof value === 'string' ? JSON.parse(value) : value,
    ]),
  );

/** The embedded Step Functions over HTTP, with a machine whose executions end on demand. */
export const startStepFunctions = async () => {
  const clock = { now: () => Date.now() };
  const ends: ((result: Partial<Execution>) => void)[] = [];
  const machine: Machine = {
    definition,
    start: async (input, { name = '' } = {}) => {
      const startedAt = clock.now();
      const result = await new Promise<Partial<Execution>>((resolve) => ends.push(resolve));
      return { status: 'ABORTED', startedAt, stoppedAt: clock.now(), history: [], ...result, name, input };
    },
    redrive: unused,
    crash: unused,
  };
  const server = await startAwsServer({
    secretsManager: createSecretsManager({ clock }),
    sns: createSns({ clock }),
  });
  server.serveStepFunctions(createStepFunctions({ machine, clock }));
  const client = new SFNClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client: {
      send: async (command: never): Promise<unknown> => withParsedTexts((await client.send(command)) as object),
    },
    happen: async (result: Json): Promise<void> => {
      for (const end of ends.splice(0)) end(result as Partial<Execution>);
      // The service hears of the end in a later microtask.
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
};
