import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as stepFunctions from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import { connectSecretsManager, connectSns, startEmbedded } from '../conformance/clients';
import type { Deviations } from '../conformance/rules';
import { type Recorded, type Replayed, replay } from './replay-calls';
import { asRecorded, asRefusal, withBytes } from './sdk';
import { startStepFunctions } from './step-functions';

// The embedded services must answer as AWS did when others recorded it, through the AWS SDK. Codes, statuses and fields
// are compared strictly. Messages are compared as well: no adapter reads one, but people see them in a local run.
// The embedded services have no delays, so the replay does not wait where the recording had to (`waited`).

const load = (file: string): Recorded => JSON.parse(readFileSync(join(__dirname, file), 'utf8')) as Recorded;

type Command = new (input: never) => never;

/** A connection whose calls are the SDK's commands of the same name. */
const replayed = (
  { client, close }: { readonly client: { send(command: never): Promise<unknown> }; close(): Promise<void> },
  commands: Readonly<Record<string, unknown>>,
): Replayed => ({
  send: async (call, input) => {
    const Sent = commands[`${call}Command`] as Command;
    return asRecorded(await client.send(new Sent(withBytes(input) as never)));
  },
  refusal: asRefusal,
  close,
});

describe('Secrets Manager', () => {
  replay(load('secrets-manager.json'), async () => {
    const server = await startEmbedded();
    return replayed(connectSecretsManager(server, server.close), secretsManager);
  });
});

describe('SNS', () => {
  replay(load('sns.json'), async () => {
    const server = await startEmbedded();
    return replayed(connectSns(server, server.close), sns);
  });
});

describe('Step Functions', () => {
  const parser = 'AWS quotes its JSON parser, and the embedded service does not';
  const deviations: Deviations = {
    'test_invalid_start_execution_input: start_exec_str_inp, message': parser,
    'test_invalid_start_execution_input: start_exec_not_json_inp, message': parser,
  };
  replay(
    load('step-functions.json'),
    async () => {
      const server = await startStepFunctions();
      return { ...replayed(server, stepFunctions), happen: server.happen };
    },
    deviations,
  );
});
