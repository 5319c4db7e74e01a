import { namedSecret } from '../../functions/contract/execution-input';
import { asFields, parsed } from '../../functions/language/json';
import type { Failure, HistoryEvent } from '../../statemachine/execution-events';

/** One attempt of a Task state: the first call, or a retry. */
export interface Attempt {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; `undefined` while the call runs, and for a call that was interrupted. */
  readonly endedAt: number | undefined;
  readonly failure: Failure | undefined;
}

export type Ending =
  | 'succeeded'
  /** A Catch of the state led to another state. */
  | 'caught'
  | 'failed'
  /** The execution timed out or was aborted in this state. */
  | 'stopped'
  | 'running';

/** One entry of a state. An execution may enter the same state several times. */
export interface StateVisit {
  readonly stateName: string;
  /** The state's type, such as `Task`. */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly enteredAt: number;
  readonly leftAt: number | undefined;
  /** JSON text, unless Step Functions truncated it. */
  readonly input: string;
  readonly output: string | undefined;
  /** Empty unless the state is a Task. */
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
}

export interface ExecutionHistory {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; `undefined` while the execution runs. */
  readonly endedAt: number | undefined;
  readonly input: string;
  readonly output: string | undefined;
  /** Why the execution did not succeed. */
  readonly failure: Failure | undefined;
  readonly visits: readonly StateVisit[];
  /** How often the execution was redriven. */
  readonly redrives: number;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };
type OpenVisit = Mutable<Omit<StateVisit, 'attempts'>> & { attempts: Mutable<Attempt>[] };

/** The failure of a task that failed, timed out or could not be started; `undefined` for other events. */
export const failureIn = (event: HistoryEvent): Failure | undefined => {
  if (!/^Task.*(Failed|TimedOut)$/.test(event.type)) return undefined;
  const key = `${event.type.slice(0, 1).toLowerCase()}${event.type.slice(1)}EventDetails`;
  const { error = '', cause = '' } = (event as unknown as Record<string, Partial<Failure> | undefined>)[key] ?? {};
  return { error, cause };
};

const endings = new Map<string, ExecutionHistory['status']>([
  ['ExecutionSucceeded', 'SUCCEEDED'],
  ['ExecutionFailed', 'FAILED'],
  ['ExecutionTimedOut', 'TIMED_OUT'],
  ['ExecutionAborted', 'ABORTED'],
]);

const endingOf = (status: ExecutionHistory['status']): Ending => (status === 'FAILED' ? 'failed' : 'stopped');

const failureOf = (event: HistoryEvent): Failure | undefined => {
  const details =
    event.executionFailedEventDetails ?? event.executionTimedOutEventDetails ?? event.executionAbortedEventDetails;
  return details && { error: details.error ?? '', cause: details.cause ?? '' };
};

/**
 * What an execution did, from the events that GetExecutionHistory returns
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html).
 */
export const readHistory = (events: readonly HistoryEvent[]): ExecutionHistory => {
  const visits: OpenVisit[] = [];
  const history: Mutable<Omit<ExecutionHistory, 'visits'>> = {
    status: 'RUNNING',
    startedAt: events[0]?.timestamp ?? 0,
    endedAt: undefined,
    input: events[0]?.executionStartedEventDetails?.input ?? '{}',
    output: undefined,
    failure: undefined,
    redrives: 0,
  };

  const enter = ({ type, timestamp, stateEnteredEventDetails }: HistoryEvent): void => {
    if (!stateEnteredEventDetails) return;
    const { name: stateName, input } = stateEnteredEventDetails;
    const last = visits.at(-1);
    // A redrive continues in the state that failed, whether or not the events enter that state again.
    if (history.redrives > 0 && last?.ending === 'running' && last.stateName === stateName) return;
    visits.push({
      stateName,
      type: type.replace('StateEntered', ''),
      enteredAt: timestamp,
      leftAt: undefined,
      input,
      output: undefined,
      attempts: [],
      ending: 'running',
    });
  };

  const leave = ({ timestamp, stateExitedEventDetails }: HistoryEvent): void => {
    const visit = visits.at(-1);
    if (!visit || !stateExitedEventDetails) return;
    visit.leftAt = timestamp;
    visit.output = stateExitedEventDetails.output;
    visit.ending = visit.attempts.at(-1)?.failure ? 'caught' : 'succeeded';
  };

  const call = (event: HistoryEvent): void => {
    const visit = visits.at(-1);
    if (event.type === 'TaskScheduled') {
      visit?.attempts.push({ startedAt: event.timestamp, endedAt: undefined, failure: undefined });
    }
    const attempt = visit?.attempts.at(-1);
    const failure = failureIn(event);
    if (!attempt || !(failure || event.type === 'TaskSucceeded')) return;
    attempt.endedAt = event.timestamp;
    attempt.failure = failure;
  };

  const end = (event: HistoryEvent): void => {
    const status = endings.get(event.type);
    if (status === undefined) return;
    history.status = status;
    history.endedAt = event.timestamp;
    history.output = event.executionSucceededEventDetails?.output;
    history.failure = failureOf(event);
    const visit = visits.at(-1);
    if (visit && visit.leftAt === undefined) {
      visit.leftAt = event.timestamp;
      visit.ending = endingOf(status);
    }
  };

  const resume = (): void => {
    history.status = 'RUNNING';
    history.endedAt = undefined;
    history.failure = undefined;
    history.redrives += 1;
    const visit = visits.at(-1);
    if (!visit || visit.output !== undefined) return;
    visit.leftAt = undefined;
    visit.ending = 'running';
  };

  for (const event of events) {
    enter(event);
    call(event);
    leave(event);
    end(event);
    if (event.type === 'ExecutionRedriven') resume();
  }
  return { ...history, visits };
};

/** How often the state was retried after a failure. An attempt that a redrive makes is not a retry. */
export const retriesOf = ({ attempts }: StateVisit): number =>
  attempts.filter((_, index) => attempts[index - 1]?.failure !== undefined).length;

/** The secret's name from the data of the states, or from the execution's input if no state has read the secret. */
export const secretNameIn = ({ visits, input }: ExecutionHistory): string | undefined => {
  const rotations = visits.map((visit) => asFields(asFields(parsed(visit.input)).rotation).secretName);
  // If Fetch failed, the state machine writes "unknown".
  const read = rotations.findLast((each) => each !== undefined && each !== 'unknown');
  return [read, namedSecret(parsed(input))].find((each) => typeof each === 'string');
};
