import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createStepFunctions, type StepFunctions } from '../../../../local/cloud/step-functions/step-functions';
import { ServiceError } from '../../../../local/cloud/wire/service';
import { stateMachineArn } from '../../../../local/machine/machine';
import { withCloud } from '../../../cloud';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

interface Served {
  readonly client: SFNClient;
  readonly stepFunctions: StepFunctions;
  start(name: string, input?: string): Promise<string>;
  ended(executionArn: string): Promise<Record<string, unknown>>;
}

/** Step Functions over the embedded cloud, seen through its SDK. */
const withStepFunctions = (test: (served: Served) => Promise<void>, options: Parameters<typeof withCloud>[0] = {}) =>
  withCloud(options, async ({ cloud, machine, clock }) => {
    const stepFunctions = createStepFunctions({ machine, clock });
    cloud.serveStepFunctions(stepFunctions);
    const client = new SFNClient({
      endpoint: String(cloud.env.AWS_ENDPOINT_URL),
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    try {
      await test({
        client,
        stepFunctions,
        start: async (name, input) => {
          const { executionArn = '' } = await client.send(
            new StartExecutionCommand({ stateMachineArn, name, ...(input === undefined ? {} : { input }) }),
          );
          return executionArn;
        },
        ended: async (executionArn) => {
          for (;;) {
            const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
            if (execution.status !== 'RUNNING') return execution as unknown as Record<string, unknown>;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        },
      });
    } finally {
      client.destroy();
      await stepFunctions.close();
    }
  });

test('an execution is started, described and listed as AWS does it', () =>
  withStepFunctions(async ({ client, start, ended }) => {
    const executionArn = await start('first');
    expect(executionArn).toBe('arn:aws:states:us-east-1:123456789012:execution:RotateMomentoToken:first');
    const execution = await ended(executionArn);
    expect(execution).toMatchObject({
      executionArn,
      stateMachineArn,
      name: 'first',
      status: 'SUCCEEDED',
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: '{}',
      inputDetails: { included: true },
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
    });
    expect(JSON.parse(String(execution.output))).toMatchObject({ outcome: 'rotated' });
    const failed = await ended(await start('second', '{"secretName": "absent"}'));
    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'SecretNotFound',
      cause: expect.stringContaining('There is no secret absent'),
      redriveStatus: 'REDRIVABLE',
    });
    const list = async (more: object) => {
      const { executions = [], nextToken } = await client.send(new ListExecutionsCommand({ stateMachineArn, ...more }));
      return { names: executions.map(({ name }) => name), nextToken };
    };
    expect((await list({})).names).toEqual(['second', 'first']);
    expect((await list({ statusFilter: 'SUCCEEDED' })).names).toEqual(['first']);
    const { names, nextToken } = await list({ maxResults: 1 });
    expect([names, (await list({ maxResults: 1, nextToken })).names]).toEqual([['second'], ['first']]);
  }));

test('a history has the shape of AWS’s: times, inputs and outputs that say that they are whole, pages, an order', () =>
  withStepFunctions(async ({ client, start, ended }) => {
    const executionArn = await start('first');
    await ended(executionArn);
    const history = async (more: object = {}) =>
      client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...more }));
    const { events = [] } = await history();
    expect(events.slice(0, 3)).toEqual([
      {
        id: 1,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: '{}',
          inputDetails: { truncated: false },
          roleArn: 'arn:aws:iam::123456789012:role/RotateMomentoToken',
        },
      },
      {
        id: 2,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'TaskStateEntered',
        stateEnteredEventDetails: { name: 'Fetch', input: '{}', inputDetails: { truncated: false } },
      },
      expect.objectContaining({ id: 3, previousEventId: 2, type: 'TaskScheduled' }),
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
    const paged = await history({ maxResults: 2, reverseOrder: true });
    expect(paged.events?.map(({ id }) => id)).toEqual([events.length, events.length - 1]);
    const next = await history({ maxResults: 2, reverseOrder: true, nextToken: paged.nextToken });
    expect(next.events?.map(({ id }) => id)).toEqual([events.length - 2, events.length - 3]);
    const bare = JSON.stringify((await history({ includeExecutionData: false })).events);
    expect(bare).not.toMatch(/"(input|output)"/);
  }));

test('an execution can be followed while it runs, and stopped with a reason', () =>
  withStepFunctions(
    async ({ client, start, ended }) => {
      const executionArn = await start('first');
      const lastEvent = async () =>
        (await client.send(new GetExecutionHistoryCommand({ executionArn }))).events?.at(-1)?.type;
      // It hangs there.
      while ((await lastEvent()) !== 'TaskStarted') await new Promise((resolve) => setTimeout(resolve, 10));
      await client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'by hand' }));
      expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'by hand' });
      const after = await client.send(new GetExecutionHistoryCommand({ executionArn }));
      expect(after.events?.at(-1)).toMatchObject({
        type: 'ExecutionAborted',
        executionAbortedEventDetails: { error: 'Enough', cause: 'by hand' },
      });
    },
    { intercept: () => new Promise<never>(() => {}) },
  ));

test('the same start again finds the execution while it runs; another input, or one that has ended, is refused', () =>
  withStepFunctions(async ({ start, ended }) => {
    const executionArn = await start('first', '{}');
    expect(await start('first', '{}')).toBe(executionArn);
    await expect(start('first', '{"force": true}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await ended(executionArn);
    await expect(start('first', '{}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  }));

const arn = 'arn:aws:states:us-east-1:123456789012';

test.each([
  ['StartExecution', { stateMachineArn: `${arn}:stateMachine:Other` }, 'StateMachineDoesNotExist'],
  ['StartExecution', { stateMachineArn: 'other' }, 'InvalidArn'],
  ['StartExecution', { stateMachineArn, input: '{' }, 'InvalidExecutionInput'],
  ['StartExecution', { stateMachineArn, input: `"${'x'.repeat(262_144)}"` }, 'InvalidExecutionInput'],
  ['StartExecution', { stateMachineArn, name: 'with space' }, 'InvalidName'],
  ['StartExecution', { stateMachineArn, name: 'x'.repeat(81) }, 'InvalidName'],
  ['StartExecution', {}, 'ValidationException'],
  ['DescribeExecution', { executionArn: `${arn}:execution:RotateMomentoToken:absent` }, 'ExecutionDoesNotExist'],
  ['DescribeExecution', { executionArn: 'other' }, 'InvalidArn'],
  ['ListExecutions', { stateMachineArn, maxResults: 1001 }, 'ValidationException'],
  ['ListExecutions', { stateMachineArn, nextToken: 'bad' }, 'InvalidToken'],
  ['DescribeStateMachine', { stateMachineArn }, 'NotAvailableHere'],
])('%s of %j is refused as AWS does it', (action, input, code) =>
  withStepFunctions(async ({ stepFunctions }) => {
    expect(() => stepFunctions.call(action, input)).toThrow(ServiceError);
    expect(() => stepFunctions.call(action, input)).toThrow(expect.objectContaining({ code }));
  }),
);
