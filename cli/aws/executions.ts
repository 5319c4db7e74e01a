import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  type HistoryEvent as SdkEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { parsed } from '../../functions/language/json';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { Absent } from '../command/command-failed';
import { asking, itemsOf } from './asking';
import type { TargetAccount } from './target-account';

export interface ExecutionDescription {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** `undefined` while it runs. */
  readonly stoppedAt: number | undefined;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** The executions of the deployed state machine. */
export interface Executions {
  /** @returns its ARN */
  start(input: object, name: string): Promise<string>;
  describe(executionArn: string): Promise<ExecutionDescription>;
  /** All events so far. */
  history(executionArn: string): Promise<readonly HistoryEvent[]>;
  /** The latest ones, the newest first; at most 1000. */
  latest(count: number, status?: 'RUNNING'): Promise<readonly string[]>;
  /** The deployed definition, as text. */
  definition(): Promise<string>;
  /** The definition that an execution was started with. */
  definitionOf(executionArn: string): Promise<string>;
}

const asEvent = ({ timestamp, ...event }: SdkEvent): HistoryEvent =>
  ({ ...event, timestamp: timestamp?.getTime() ?? 0 }) as HistoryEvent;

/** A state machine in an account. */
export interface DeployedMachine extends TargetAccount {
  readonly stateMachineArn: string;
}

export const connectExecutions = (deployment: DeployedMachine): Executions => {
  const { access, stateMachineArn } = deployment;
  const client = new SFNClient(access.configFor('SFN'));
  const noMachine = {
    StateMachineDoesNotExist: (cause: unknown) =>
      new Absent(
        `There is no state machine ${stateMachineArn}. Deploy the stack again, or name another stack with --stack.`,
        { cause },
      ),
  };

  const noExecution = (executionArn: string) => ({
    ExecutionDoesNotExist: (cause: unknown) =>
      new Absent(`There is no execution ${executionArn}. Step Functions keeps executions for 90 days.`, { cause }),
  });

  return {
    start: async (input, name) => {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const call = () => client.send(command);
      const { executionArn = '' } = await asking(deployment, 'states:StartExecution', stateMachineArn, call, noMachine);
      return executionArn;
    },

    describe: async (executionArn) => {
      const { name, status, startDate, stopDate, input, output, error, cause } = await asking(
        deployment,
        'states:DescribeExecution',
        executionArn,
        () => client.send(new DescribeExecutionCommand({ executionArn })),
        noExecution(executionArn),
      );
      return {
        executionArn,
        name: name ?? '',
        status: status ?? 'unknown',
        startedAt: startDate?.getTime() ?? 0,
        stoppedAt: stopDate?.getTime(),
        input: parsed(input),
        output: parsed(output),
        error,
        cause,
      };
    },

    history: async (executionArn) => {
      const pages = paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn });
      const events = await asking(
        deployment,
        'states:GetExecutionHistory',
        executionArn,
        () => itemsOf(pages, (page) => page.events),
        noExecution(executionArn),
      );
      return events.map(asEvent);
    },

    latest: async (count, statusFilter) => {
      const command = new ListExecutionsCommand({
        stateMachineArn,
        maxResults: count,
        ...(statusFilter ? { statusFilter } : {}),
      });
      const call = () => client.send(command);
      const { executions = [] } = await asking(deployment, 'states:ListExecutions', stateMachineArn, call, noMachine);
      return executions.map(({ executionArn = '' }) => executionArn);
    },

    definition: async () => {
      const command = new DescribeStateMachineCommand({ stateMachineArn });
      const call = () => client.send(command);
      const { definition = '{}' } = await asking(
        deployment,
        'states:DescribeStateMachine',
        stateMachineArn,
        call,
        noMachine,
      );
      return definition;
    },

    definitionOf: async (executionArn) => {
      const command = new DescribeStateMachineForExecutionCommand({ executionArn });
      const call = () => client.send(command);
      const { definition = '{}' } = await asking(
        deployment,
        'states:DescribeStateMachineForExecution',
        executionArn,
        call,
        noExecution(executionArn),
      );
      return definition;
    },
  };
};
