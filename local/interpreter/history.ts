import type { Fields } from '../../functions/language/json';
import type { Failure, HistoryEvent, TaskResource } from '../../statemachine/execution-events';

/** `arn:aws:states:::lambda:invoke` shows as the type `lambda` and the resource `invoke`. */
export const resourceOf = (arn: string): TaskResource => {
  const [resourceType = '', resource = ''] = arn.split(':::').at(-1)?.split(':') ?? [];
  return { resourceType, resource };
};

/** Events leave out an empty Error or Cause. */
export const shownFailure = ({ error, cause }: Failure): Partial<Failure> => ({
  ...(error && { error }),
  ...(cause && { cause }),
});

/** Variables that a state assigned, as the event of its exit shows them. */
export const shownVariables = (assigned: Fields | undefined): Partial<HistoryEvent['stateExitedEventDetails']> =>
  assigned === undefined
    ? {}
    : {
        assignedVariables: Object.fromEntries(
          Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]),
        ),
        assignedVariablesDetails: { truncated: false },
      };

/** Events that follow from no other one. */
const unchained = (event: NewEvent, count: number): boolean => count <= 1 || event.type === 'ExecutionAborted';

type NewEvent = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp'>;

export interface History {
  readonly events: readonly HistoryEvent[];
  add(event: NewEvent): void;
}

export const createHistory = (now: () => number, onEvent: (event: HistoryEvent) => void): History => {
  const events: HistoryEvent[] = [];
  return {
    events,
    add(event) {
      const previousEventId = unchained(event, events.length) ? 0 : events.length;
      const added = { id: events.length + 1, previousEventId, timestamp: now(), ...event };
      events.push(added);
      onEvent(added);
    },
  };
};
