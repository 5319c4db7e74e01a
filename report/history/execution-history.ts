import { namedSecret } from '../../functions/contract/execution-input';
import { asFields, parsed } from '../../functions/language/json';
import type { HistoryEvent } from '../../statemachine/execution-events';

export interface Trouble {
  readonly error: string;
  readonly cause: string;
}

/** One call of what a Task state does. */
export interface Attempt {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; `undefined` while it goes on, and of one that was cut off. */
  readonly endedAt: number | undefined;
  readonly trouble: Trouble | undefined;
}

/** `caught`: its error led on to another state. `stopped`: the execution was ended while it was there. */
export type Ending = 'succeeded' | 'caught' | 'failed' | 'stopped' | 'running';

/** A state that was come to. The same one may be visited several times. */
export interface StateVisit {
  readonly stateName: string;
  /** Such as `Task`; as the event calls it. */
  readonly type: string;
  /** Epoch milliseconds. */
  readonly enteredAt: number;
  readonly leftAt: number | undefined;
  /** JSON texts, as long as the history has them whole. */
  readonly input: string;
  readonly output: string | undefined;
  /** Of a Task state only. */
  readonly attempts: readonly Attempt[];
  readonly ending: Ending;
}

export interface ExecutionHistory {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds; `undefined` while it runs. */
  readonly endedAt: number | undefined;
  readonly input: string;
  readonly output: string | undefined;
  /** Why it did not succeed. */
  readonly trouble: Trouble | undefined;
  readonly visits: readonly StateVisit[];
  /** How often it was taken up again after it had ended. */
  readonly redrives: number;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };
type OpenVisit = Mutable<Omit<StateVisit, 'attempts'>> & { attempts: Mutable<Attempt>[] };

/** How a task did not succeed: it failed, ran out of time, or could not even be started. */
export const troubleIn = (event: HistoryEvent): Trouble | undefined => {
  if (!/^Task.*(Failed|TimedOut)$/.test(event.type)) return undefined;
  const key = `${event.type.slice(0, 1).toLowerCase()}${event.type.slice(1)}EventDetails`;
  const { error = '', cause = '' } = (event as unknown as Record<string, Partial<Trouble> | undefined>)[key] ?? {};
  return { error, cause };
};

const endings = new Map<string, ExecutionHistory['status']>([
  ['ExecutionSucceeded', 'SUCCEEDED'],
  ['ExecutionFailed', 'FAILED'],
  ['ExecutionTimedOut', 'TIMED_OUT'],
  ['ExecutionAborted', 'ABORTED'],
]);

const endingOf = (status: ExecutionHistory['status']): Ending => (status === 'FAILED' ? 'failed' : 'stopped');

const troubleOf = (event: HistoryEvent): Trouble | undefined => {
  const details =
    event.executionFailedEventDetails ?? event.executionTimedOutEventDetails ?? event.executionAbortedEventDetails;
  return details && { error: details.error ?? '', cause: details.cause ?? '' };
};

/**
 * What an execution has done, by its events as GetExecutionHistory gives them
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
    trouble: undefined,
    redrives: 0,
  };

  const enter = ({ type, timestamp, stateEnteredEventDetails }: HistoryEvent): void => {
    if (!stateEnteredEventDetails) return;
    const { name: stateName, input } = stateEnteredEventDetails;
    const last = visits.at(-1);
    // A redrive goes on in the state that did not end well, whether or not the events enter it anew.
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
    visit.ending = visit.attempts.at(-1)?.trouble ? 'caught' : 'succeeded';
  };

  const call = (event: HistoryEvent): void => {
    const visit = visits.at(-1);
    if (event.type === 'TaskScheduled') {
      visit?.attempts.push({ startedAt: event.timestamp, endedAt: undefined, trouble: undefined });
    }
    const attempt = visit?.attempts.at(-1);
    const trouble = troubleIn(event);
    if (!attempt || !(trouble || event.type === 'TaskSucceeded')) return;
    attempt.endedAt = event.timestamp;
    attempt.trouble = trouble;
  };

  const end = (event: HistoryEvent): void => {
    const status = endings.get(event.type);
    if (status === undefined) return;
    history.status = status;
    history.endedAt = event.timestamp;
    history.output = event.executionSucceededEventDetails?.output;
    history.trouble = troubleOf(event);
    const visit = visits.at(-1);
    if (visit && visit.leftAt === undefined) {
      visit.leftAt = event.timestamp;
      visit.ending = endingOf(status);
    }
  };

  const resume = (): void => {
    history.status = 'RUNNING';
    history.endedAt = undefined;
    history.trouble = undefined;
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

/** How often it was tried again after a failure. What a redrive does anew is no retry. */
export const retriesOf = ({ attempts }: StateVisit): number =>
  attempts.filter((_, index) => attempts[index - 1]?.trouble !== undefined).length;

/** The secret as the execution itself knows it, from the moment that it has read it, or as its input names it. */
export const secretNameIn = ({ visits, input }: ExecutionHistory): string | undefined => {
  const rotations = visits.map((visit) => asFields(asFields(parsed(visit.input)).rotation).secretName);
  // Where Fetch failed, the state machine itself says "unknown".
  const read = rotations.findLast((each) => each !== undefined && each !== 'unknown');
  return [read, namedSecret(parsed(input))].find((each) => typeof each === 'string');
};
