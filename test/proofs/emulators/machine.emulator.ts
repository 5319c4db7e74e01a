import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { functionNames } from '../../../functions/contract/functions';
import { failures } from '../../../local/failures/catalogue';
import { chooseFailure } from '../../../local/failures/choose';
import type { Execution } from '../../../local/machine/machine';
import { bindDefinition } from '../../../statemachine/definition';
import { type Setting, secretName, withCloud } from '../../cloud';
import { runProvoked } from '../../failures/provoked';
import { mockConfig, recordingOf, wayOf } from './recording';
import { until } from './until';

// The state machine's file in an interpreter that nobody here wrote: MiniStack's. It is given what the Task states came to in
// ours, with the real functions over the embedded services, and has to go the same way to the same end.

const machineName = 'RotateMomentoToken';
const role = 'arn:aws:iam::000000000000:role/none';
const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

const { MINISTACK_URL = '' } = process.env;
const client = new SFNClient({
  endpoint: MINISTACK_URL,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

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

let stateMachineArn = '';

beforeAll(async () => {
  for (const name of names) await run(name);
  const cases = Object.fromEntries([...executions].map(([name, { history }]) => [name, recordingOf(history)]));
  const config = { 'stepfunctions._sfn_mock_config': mockConfig(machineName, cases) };
  const reply = await fetch(`${MINISTACK_URL}/_ministack/config`, { method: 'POST', body: JSON.stringify(config) });
  expect(Object.keys(((await reply.json()) as { applied: object }).applied)).toEqual(Object.keys(config));
  const functions = Object.fromEntries(functionNames.map((name) => [name, arnOf(name)]));
  const definition = bindDefinition({
    functions: functions as Record<(typeof functionNames)[number], string>,
    alertTopic: 'arn:aws:sns:us-east-1:000000000000:none',
  });
  const created = await client.send(
    new CreateStateMachineCommand({ name: machineName, roleArn: role, definition: JSON.stringify(definition) }),
  );
  stateMachineArn = created.stateMachineArn ?? '';
});

afterAll(async () => {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const config = { 'stepfunctions._sfn_mock_config': {} };
  await fetch(`${MINISTACK_URL}/_ministack/config`, { method: 'POST', body: JSON.stringify(config) });
  client.destroy();
});

const ended = (executionArn: string | undefined) =>
  until(
    'the end of an execution',
    async () => {
      const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'RUNNING' ? undefined : execution;
    },
    50,
  );

test.each(names)('another interpreter goes the same way to the same end: %s', async (name) => {
  const ours = executions.get(name);
  if (ours === undefined) throw new Error('It was not run.');
  const { executionArn } = await client.send(
    new StartExecutionCommand({
      stateMachineArn: `${stateMachineArn}#${name}`,
      input: JSON.stringify(ours.input),
    }),
  );
  const theirs = await ended(executionArn);
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  expect(wayOf(events)).toEqual(wayOf(ours.history));
  expect([theirs.status, theirs.error, theirs.cause]).toEqual([ours.status, ours.error, ours.cause]);
  if (ours.status === 'SUCCEEDED') expect(JSON.parse(theirs.output ?? '')).toEqual(ours.output);
});
