import { isDeepStrictEqual } from 'node:util';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  type HistoryEvent as TheirEvent,
} from '@aws-sdk/client-sfn';
import { loadRotation, roleArn, stateMachineArn } from '../../../local/machine/machine';
import type { State } from '../../../statemachine/states-language';
import { executionsOf, type Recorded } from './executions';
import { play, restOf } from './recorded-services';
import { agreedIn, answersOf, differences, wayOf } from './recording';
import { until } from './until';

// Runs the file of the state machine in LocalStack's interpreter, which LocalStack tests against histories of AWS. Each
// call gets the result that it had in our interpreter, and the history must be the same.

const { LOCALSTACK_URL = '', LOCALSTACK_LEFT_OUT, RECORDED_SERVICES_URL = '' } = process.env;

const [, , , region = '', account = ''] = stateMachineArn.split(':');

const definition = loadRotation(`arn:aws:sns:${region}:${account}:momento-token-rotation-alerts`);

/** The executions that were compared. */
const compared: { readonly ours: Recorded; readonly events: readonly TheirEvent[] }[] = [];

/** How an execution ended. */
const ended = async (client: SFNClient, executionArn: string | undefined) => {
  const describe = () => client.send(new DescribeExecutionCommand({ executionArn }));
  await until('the end of an execution', async () => (await describe()).status !== 'RUNNING' || undefined, 100);
  // Asks again, because the status is set a moment before the other fields.
  return describe();
};

/** Each state with each state that may follow it. */
const stepsOf = (states: Readonly<Record<string, State>>): readonly string[] =>
  Object.entries(states).flatMap(([name, { Next, Default, Choices = [], Catch = [] }]) =>
    [...Choices, ...Catch, { Next }, { Next: Default }].flatMap((each) =>
      each.Next ? [`${name} → ${each.Next}`] : [],
    ),
  );

const compareAll = (): void => {
  // LocalStack takes the access key for the account.
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  const client = new SFNClient({ endpoint: LOCALSTACK_URL, region, credentials });
  let createdArn: string | undefined;

  beforeAll(async () => {
    const name = stateMachineArn.split(':').at(-1);
    const machine = { name, roleArn, definition: JSON.stringify(definition) };
    createdArn = (await client.send(new CreateStateMachineCommand(machine))).stateMachineArn;
  });

  afterAll(async () => {
    await client.send(new DeleteStateMachineCommand({ stateMachineArn: createdArn }));
    client.destroy();
  });

  test.each(executionsOf(definition.States))('writes the same history: %s', async (_, run) => {
    const ours = await run();
    await play(RECORDED_SERVICES_URL, answersOf(ours.history));
    const start = { stateMachineArn: createdArn, name: ours.name, input: JSON.stringify(ours.input) };
    const { executionArn } = await client.send(new StartExecutionCommand(start));
    const theirs = await ended(client, executionArn);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    expect(wayOf(events)).toEqual(wayOf(ours.history));
    expect(agreedIn(events)).toEqual(agreedIn(ours.history));
    expect(await restOf(RECORDED_SERVICES_URL)).toEqual({ answers: [], waits: ours.waits });
    // Without a cause, one of them has an empty one.
    const endOf = ({ status, error, cause }: Pick<typeof theirs, 'status' | 'error' | 'cause'>) =>
      agreedIn({ status, error, cause: cause || undefined });
    expect(endOf(theirs)).toEqual(endOf(ours));
    if (ours.status === 'SUCCEEDED') expect(JSON.parse(theirs.output ?? '')).toEqual(ours.output);
    compared.push({ ours, events });
  });

  test('the executions take every step from state to state that the file has', () => {
    const taken = compared.map(({ ours }) => wayOf(ours.history));
    const steps = taken.flatMap((way) => way.slice(1).map((name, index) => `${way[index]} → ${name}`));
    expect([...new Set(steps)].sort()).toEqual([...new Set(stepsOf(definition.States))].sort());
  });

  // An entry without a difference could hide another one.
  test.each(Object.keys(differences))('the histories still differ: %s', (name) => {
    const others = Object.entries(differences).flatMap(([each, accept]) => (each === name ? [] : [accept]));
    const differs = ({ ours, events }: (typeof compared)[number]): boolean =>
      !isDeepStrictEqual(agreedIn(events, others), agreedIn(ours.history, others));
    expect(compared.some(differs)).toBe(true);
  });
};

if (LOCALSTACK_LEFT_OUT) test.skip(`LocalStack's interpreter: ${LOCALSTACK_LEFT_OUT}`, () => {});
else describe("LocalStack's interpreter", compareAll);
