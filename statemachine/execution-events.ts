/** An error in the execution history. */
export interface Failure {
  readonly error: string;
  readonly cause: string;
}

/**
 * An event as GetExecutionHistory returns it, except that `timestamp` is a number. Inputs, outputs and the values of
 * variables are JSON text.
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly executionStartedEventDetails?: { readonly input: string; readonly roleArn: string };
  readonly stateEnteredEventDetails?: { readonly name: string; readonly input: string };
  readonly stateExitedEventDetails?: {
    readonly name: string;
    readonly output: string;
    /** The variables that the state assigned. */
    readonly assignedVariables?: Readonly<Record<string, string>>;
    readonly assignedVariablesDetails?: { readonly truncated: boolean };
  };
  readonly taskScheduledEventDetails?: {
    readonly resourceType: string;
    readonly resource: string;
    readonly region: string;
    readonly parameters: string;
    readonly timeoutInSeconds?: number;
  };
  readonly taskStartedEventDetails?: TaskResource;
  readonly taskSucceededEventDetails?: TaskResource & { readonly output: string };
  readonly taskFailedEventDetails?: TaskResource & Partial<Failure>;
  readonly taskTimedOutEventDetails?: TaskResource & Partial<Failure>;
  readonly executionSucceededEventDetails?: { readonly output: string };
  readonly executionFailedEventDetails?: Partial<Failure>;
  readonly executionTimedOutEventDetails?: Partial<Failure>;
  readonly executionAbortedEventDetails?: Partial<Failure>;
}

export interface TaskResource {
  readonly resourceType: string;
  readonly resource: string;
}

/** A retry, at the start of its delay. The history of Step Functions has no event for it. */
export interface Retry {
  readonly stateName: string;
  readonly error: string;
  readonly cause: string;
  /** 1 for the first retry of the state. */
  readonly attempt: number;
  readonly delaySeconds: number;
}

/** Callbacks that follow a running execution. */
export interface Watcher {
  onEvent?(event: HistoryEvent): void;
  onRetry?(retry: Retry): void;
}
