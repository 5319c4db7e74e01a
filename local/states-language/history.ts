interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** An event as GetExecutionHistory shows it, with a number for its time. Inputs and outputs are JSON texts. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly executionStartedEventDetails?: { readonly input: string; readonly roleArn: string };
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
  readonly stateExitedEventDetails?: { readonly name: string; readonly output: string };
  readonly taskScheduledEventDetails?: {
    readonly resourceType: string;
    readonly resource: string;
    readonly region: string;
    readonly parameters: string;
    readonly timeoutInSeconds?: number;
  };
  readonly taskStartedEventDetails?: TaskResource;
  readonly taskSucceededEventDetails?: TaskResource & { readonly output: string };
  readonly taskFailedEventDetails?: TaskResource & Failure;
  readonly taskTimedOutEventDetails?: TaskResource & Failure;
  readonly executionSucceededEventDetails?: { readonly output: string };
  readonly executionFailedEventDetails?: Failure;
  readonly executionTimedOutEventDetails?: Failure;
  readonly executionAbortedEventDetails?: Failure;
}

interface TaskResource {
  readonly resourceType: string;
  readonly resource: string;
}

/** `arn:aws:states:::lambda:invoke` shows as the type `lambda` and the resource `invoke`. */
export const resourceOf = (arn: string): TaskResource => {
  const [resourceType = '', resource = ''] = arn.split(':::').at(-1)?.split(':') ?? [];
  return { resourceType, resource };
};

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
      const added = { id: events.length + 1, previousEventId: events.length, timestamp: now(), ...event };
      events.push(added);
      onEvent(added);
    },
  };
};
