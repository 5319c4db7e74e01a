import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { until } from './until';

// What is deployed in MiniStack, asked past the commands of a person.

const { MINISTACK_URL = '' } = process.env;
const stackName = 'MomentoTokenRotation';
export const secretName = 'momento/authentication-token';
export const queueName = 'alerts';

const config = {
  endpoint: MINISTACK_URL,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const machines = new SFNClient(config);
const secrets = new SecretsManagerClient(config);
const queues = new SQSClient(config);
const stacks = new CloudFormationClient(config);

export const disconnect = (): void => {
  for (const client of [machines, secrets, queues, stacks]) client.destroy();
};

export const outputs = async (): Promise<Record<string, string>> => {
  const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName: stackName }));
  return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue = '' }) => [OutputKey, OutputValue]));
};

export const ended = (executionArn: string) =>
  until('the end of an execution', async () => {
    const execution = await machines.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });

export const executionsOf = async (stateMachineArn: string) =>
  (await machines.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];

export const stop = (executionArn: string) => machines.send(new StopExecutionCommand({ executionArn }));

/** All that is kept of an execution. */
export const recordOf = async (executionArn: string | undefined): Promise<string> => {
  const history = await machines.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const execution = await machines.send(new DescribeExecutionCommand({ executionArn }));
  return JSON.stringify([history.events, execution]);
};

export const secretNames = async () => {
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  return SecretList.map(({ Name }) => Name);
};

/** The value of the secret, and its version. */
export const current = async () => {
  const { VersionId, SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
  return { versionId: VersionId, document: JSON.parse(SecretString) as Record<string, unknown> };
};

/** Where each label is. */
export const labelled = async (): Promise<Record<string, string>> => {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).flatMap(([versionId, labels]) => labels.map((label) => [label, versionId])),
  );
};

export const makeQueue = () => queues.send(new CreateQueueCommand({ QueueName: queueName }));

/** What the alert for an execution tells a program that subscribes through a queue. */
export const alertOf = (execution: string | undefined): Promise<Record<string, unknown>> =>
  until('an alert in the queue', async () => {
    const { QueueUrl } = await makeQueue();
    const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    const alerts = Messages.map(({ Body = '' }) => JSON.parse((JSON.parse(Body) as { Message: string }).Message));
    return alerts.find(({ executionArn }) => executionArn === execution);
  });

/** MiniStack leaves a label on the version that had it before, and takes it off the oldest one only. */
export const leaveOnNewest = async (label: string): Promise<void> => {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: secretName }));
  const holders = Object.keys(VersionIdsToStages).filter((version) => VersionIdsToStages[version]?.includes(label));
  for (const RemoveFromVersionId of holders.slice(0, -1)) {
    const move = { SecretId: secretName, VersionStage: label, RemoveFromVersionId };
    await secrets.send(new UpdateSecretVersionStageCommand(move));
  }
};
