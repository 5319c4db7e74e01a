import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../functions/contract/ports';
import type { HistoryEvent, Watcher } from '../../../statemachine/execution-events';
import { StatesError } from '../../interpreter/states-error';
import { type Execution, executionArnOf, type Machine, roleArn, stateMachineArn } from '../../machine/machine';
import { type Model, type Reply, ServiceError } from '../wire/service';
import { type Input, pageOf, take } from './input';
import { asWireEvent } from './wire';

type ExecutionStatus = 'RUNNING' | Execution['status'];

/** An execution, for the owner of the machine. */
export interface ExecutionRecord {
  readonly name: string;
  /** The text of the input, as it was sent. */
  readonly input: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly history: readonly HistoryEvent[];
  /** Missing while the execution runs. */
  readonly result?: Execution;
}

interface StepFunctionsOptions {
  readonly machine: Machine;
  readonly clock: Pick<Clock, 'now'>;
  /** Called twice for each execution: when it starts and when it has ended. May return a watcher. */
  readonly onExecution?: (execution: ExecutionRecord) => Watcher | undefined;
}

export interface StepFunctions extends Model {
  /** Stops all running executions. */
  close(): Promise<void>;
}

interface Running {
  record: ExecutionRecord;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** The Step Functions quota for an execution's input, in bytes. */
const mostBytes = 262_144;

const statusOf = ({ result }: ExecutionRecord): ExecutionStatus => result?.status ?? 'RUNNING';

const seconds = (milliseconds: number): number => milliseconds / 1000;

const parseInput = (text: string): unknown => {
  try {
    if (Buffer.byteLength(text) > mostBytes) throw new RangeError();
    return JSON.parse(text);
  } catch {
    const reason = text === '' ? 'Invalid execution input.' : `It must be JSON of at most ${mostBytes} bytes.`;
    throw new ServiceError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  }
};

const invalidArn = (arn: string): ServiceError =>
  new ServiceError('InvalidArn', `Invalid Arn: '${arn.startsWith('arn:') ? arn : `Invalid ARN prefix: ${arn}`}'`);

/** The rule of API_StartExecution for names: none of these characters, and no control characters. */
const isName = (name: string): boolean => /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name);

/** The fields that ListExecutions and DescribeExecution have in common. */
const summary = (record: ExecutionRecord): Reply => ({
  executionArn: executionArnOf(record.name),
  stateMachineArn,
  name: record.name,
  status: statusOf(record),
  startDate: seconds(record.startedAt),
  ...(record.result ? { stopDate: seconds(record.result.stoppedAt) } : {}),
  redriveCount: 0,
});

const describe = (record: ExecutionRecord): Reply => {
  const { output, error, cause } = record.result ?? {};
  const status = statusOf(record);
  const isRedrivable = status !== 'RUNNING' && status !== 'SUCCEEDED';
  return {
    ...summary(record),
    input: record.input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error ? { error } : {}),
    ...(cause ? { cause } : {}),
    ...(isRedrivable
      ? { redriveStatus: 'REDRIVABLE' }
      : {
          redriveStatus: 'NOT_REDRIVABLE',
          redriveStatusReason: `Execution is ${status} and cannot be redriven`,
        }),
  };
};

/**
 * The part of Step Functions that starts, follows and stops executions, for one state machine, from the API reference
 * (2016-11-23). Replies are as on the wire: dates in epoch seconds. Not implemented: redrive, synchronous executions,
 * aliases and versions, map runs, and actions that create or change state machines. Executions are kept until the
 * process ends.
 */
export const createStepFunctions = ({ machine, clock, onExecution }: StepFunctionsOptions): StepFunctions => {
  const openedAt = clock.now();
  /** By name, in the order of their start. */
  const executions = new Map<string, Running>();

  const known = (arn: string): Running => {
    if (!/^arn:aws:states:[^:]*:\d{12}:execution:[^:]+:[^:]+$/.test(arn)) {
      throw invalidArn(arn);
    }
    const execution = executions.get(arn.split(':').at(-1) ?? '');
    if (execution && executionArnOf(execution.record.name) === arn) return execution;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  };

  const requireMachine = (arn: string): void => {
    if (!arn.startsWith('arn:aws:states:')) throw invalidArn(arn);
    if (arn === stateMachineArn) return;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  };

  const run = (name: string, text: string): Running => {
    const history: HistoryEvent[] = [];
    const abort = new AbortController();
    const record: ExecutionRecord = { name, input: text, startedAt: clock.now(), history };
    const watcher = onExecution?.(record);
    const end = async () => {
      const result = await machine.start(parseInput(text), {
        name,
        signal: abort.signal,
        watcher: {
          ...watcher,
          onEvent: (event) => {
            history.push(event);
            watcher?.onEvent?.(event);
          },
        },
      });
      running.record = { ...record, result };
      onExecution?.(running.record);
    };
    const running: Running = { record, abort, ended: Promise.resolve().then(end) };
    return running;
  };

  const startExecution = (input: Input): Reply => {
    const {
      stateMachineArn: arn,
      name = randomUUID(),
      input: text = '{}',
    } = take('StartExecution', input, ['stateMachineArn!', 'name', 'input', 'traceHeader']);
    if (!isName(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
    requireMachine(arn);
    parseInput(text);
    const namesake = executions.get(name)?.record;
    // As on AWS, the same request again returns the execution that it started, while that execution runs.
    if (namesake && (namesake.result || namesake.input !== text)) {
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArnOf(name)}'`);
    }
    const execution = executions.get(name) ?? run(name, text);
    executions.set(name, execution);
    return { executionArn: executionArnOf(name), startDate: seconds(execution.record.startedAt) };
  };

  const describeExecution = (input: Input): Reply => {
    const { executionArn } = take('DescribeExecution', input, ['executionArn!', 'includedData']);
    return describe(known(executionArn).record);
  };

  const getExecutionHistory = (input: Input): Reply => {
    const { executionArn } = take('GetExecutionHistory', input, ['executionArn!', 'nextToken']);
    const events = known(executionArn).record.history.map((event) =>
      asWireEvent(event, input.includeExecutionData !== false),
    );
    const { items, ...next } = pageOf(input.reverseOrder === true ? events.reverse() : events, input, 1024);
    return { events: items, ...next };
  };

  const describeStateMachineForExecution = (input: Input): Reply => {
    const { executionArn } = take('DescribeStateMachineForExecution', input, ['executionArn!', 'includedData']);
    known(executionArn);
    return {
      stateMachineArn,
      name: stateMachineArn.split(':').at(-1),
      definition: JSON.stringify(machine.definition),
      roleArn,
      updateDate: seconds(openedAt),
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    };
  };

  const listExecutions = (input: Input): Reply => {
    const { stateMachineArn: arn, statusFilter } = take('ListExecutions', input, [
      'stateMachineArn!',
      'statusFilter',
      'nextToken',
    ]);
    requireMachine(arn);
    const found = [...executions.values()]
      .map(({ record }) => record)
      .filter((record) => statusFilter === undefined || statusOf(record) === statusFilter)
      .reverse();
    const { items, ...next } = pageOf(found, input, 3096);
    return { executions: items.map(summary), ...next };
  };

  const stopExecution = (input: Input): Reply => {
    const { executionArn, error = '', cause = '' } = take('StopExecution', input, ['executionArn!', 'error', 'cause']);
    const { record, abort } = known(executionArn);
    if (!record.result) abort.abort(new StatesError(error, cause));
    return { stopDate: seconds(record.result?.stoppedAt ?? clock.now()) };
  };

  const actions = new Map([
    ['StartExecution', startExecution],
    ['DescribeExecution', describeExecution],
    ['DescribeStateMachineForExecution', describeStateMachineForExecution],
    ['GetExecutionHistory', getExecutionHistory],
    ['ListExecutions', listExecutions],
    ['StopExecution', stopExecution],
  ]);

  return {
    service: 'states',
    call: (name, input) => {
      const action = actions.get(name);
      if (action) return action(input);
      throw new ServiceError('NotAvailableHere', `The embedded Step Functions has no ${name}.`, 501);
    },
    close: async () => {
      for (const { abort } of executions.values()) abort.abort(new StatesError('', ''));
      await Promise.all([...executions.values()].map(({ ended }) => ended));
    },
  };
};
