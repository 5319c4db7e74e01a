import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { failures } from '../../../local/failures/catalogue';
import { chooseFailure } from '../../../local/failures/choose';
import { type Execution, roleArn, stateMachineArn } from '../../../local/machine/machine';
import { type Setting, secretName, withCloud } from '../../cloud';
import { runProvoked } from '../../failures/provoked';
import { left, play } from './recorded-services';
import { agreedIn, answersOf, wayOf } from './recording';
import { until } from './until';

// The state machine's file in an interpreter that nobody here wrote: LocalStack's, of which moto has a copy.
// LocalStack holds it to histories that it recorded on AWS. Its calls are answered with what they came to in ours,
// with the real functions over the embedded services, and it has to write the same history.

const { MOTO_URL = '', RECORDED_SERVICES_URL = '' } = process.env;
const client = new SFNClient({
  endpoint: MOTO_URL,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Without this moto keeps state machines, and runs none. */
const setInterpreting = async (execute_state_machine: boolean): Promise<void> => {
  const config = JSON.stringify({ stepfunctions: { execute_state_machine } });
  expect((await fetch(`${MOTO_URL}/moto-api/config`, { method: 'POST', body: config })).ok).toBe(true);
};

/** What leads to ends that no failure leads to. */
const others: Readonly<Record<string, (setting: Setting) => Promise<Execution>>> = {
  'nothing fails': ({ machine }) => machine.start({}),
  'a dry run': ({ machine }) => machine.start({ dryRun: true }),
  'a wrong input': ({ machine }) => machine.start({ secretname: secretName }),
  'AWSPENDING is left on current': async ({ machine, cloud }) => {
    const MoveToVersionId = cloud.secretsManager.labels(secretName).get('AWSCURRENT');
    const label = { SecretId: secretName, VersionStage: 'AWSPENDING', MoveToVersionId };
    cloud.secretsManager.call('UpdateSecretVersionStage', label);
    return machine.start({});
  },
};

/** Provoked with our interpreter. */
const executions = new Map<string, Execution>();

const run = async (name: string): Promise<void> => {
  const other = others[name];
  const chosen = chooseFailure(name);
  if (other) executions.set(name, await withCloud({}, other));
  else if (chosen) await runProvoked(chosen, {}, ({ result }) => executions.set(name, result));
};

const names = [
  ...Object.keys(others),
  ...failures.flatMap(({ step, error }) => [`${step}:${error}`, `${step}:${error}:always`]),
];

let createdArn: string | undefined;

beforeAll(async () => {
  for (const name of names) await run(name);
  const definition = await withCloud({}, async ({ machine }) => JSON.stringify(machine.definition));
  await setInterpreting(true);
  const name = stateMachineArn.split(':').at(-1);
  const created = await client.send(new CreateStateMachineCommand({ name, roleArn, definition }));
  createdArn = created.stateMachineArn;
});

afterAll(async () => {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn: createdArn }));
  await setInterpreting(false);
  client.destroy();
});

/** How an execution ended. */
const ended = async (executionArn: string | undefined) => {
  const describe = () => client.send(new DescribeExecutionCommand({ executionArn }));
  await until('the end of an execution', async () => (await describe()).status !== 'RUNNING' || undefined, 50);
  // Asked once more: the status stands a moment before all else does.
  return describe();
};

test.each(names)('another interpreter goes the same way to the same end: %s', async (name) => {
  const ours = executions.get(name);
  if (ours === undefined) throw new Error('It was not run.');
  await play(RECORDED_SERVICES_URL, answersOf(ours.history));
  const start = { stateMachineArn: createdArn, name: ours.name, input: JSON.stringify(ours.input) };
  const { executionArn } = await client.send(new StartExecutionCommand(start));
  const theirs = await ended(executionArn);
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  expect(wayOf(events)).toEqual(wayOf(ours.history));
  expect(agreedIn(events)).toEqual(agreedIn(ours.history));
  expect(await left(RECORDED_SERVICES_URL)).toEqual([]);
  const endOf = ({ status, error, cause }: Pick<typeof theirs, 'status' | 'error' | 'cause'>) =>
    agreedIn([status, error, cause]);
  expect(endOf(theirs)).toEqual(endOf(ours));
  if (ours.status === 'SUCCEEDED') expect(JSON.parse(theirs.output ?? '')).toEqual(ours.output);
});
