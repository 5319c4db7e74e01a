import type { HistoryEvent } from '../../../statemachine/execution-events';

/** The result of one call of a Task state. The error States.Timeout means that no answer came in time. */
export type Answer = { readonly service: string } & (
  | { readonly output: unknown }
  | { readonly error: string; readonly cause: string }
);

/** The results of the Task states of an execution, one for each attempt. */
export const answersOf = (history: readonly HistoryEvent[]): readonly Answer[] =>
  history.flatMap(({ taskSucceededEventDetails: succeeded, ...event }): Answer[] => {
    if (succeeded) return [{ service: succeeded.resourceType, output: JSON.parse(succeeded.output) }];
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    return failed ? [{ service: failed.resourceType, error: failed.error ?? '', cause: failed.cause ?? '' }] : [];
  });

/** The names of the states that were entered, one after the other. */
export const wayOf = (
  history: readonly { readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined }[],
): readonly string[] =>
  history.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));

/** Makes a value of both histories equal. `undefined` leaves a field out. */
type Accept = (value: unknown, field: string | undefined) => unknown;

const leaveOut =
  (name: string): Accept =>
  (value, field) =>
    field === name ? undefined : value;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const refusedName = /^ValueError\(Custom Error Names MUST NOT begin with the prefix 'States\.', got '(.*)'\.\)$/;

/** Where the histories of two interpreters may differ. The README says why. */
export const differences: Readonly<Record<string, Accept>> = {
  'each execution has its own times': leaveOut('timestamp'),
  'each execution has its own start': leaveOut('startedAt'),
  'ours does not say that no input was truncated': leaveOut('inputDetails'),
  'ours does not say that no output was truncated': leaveOut('outputDetails'),
  'ours does not add the call to an error of a service': (value) =>
    typeof value === 'string' ? value.replace(/ \(Service: (AmazonSNS|AWSLambda); .*\)$/, '') : value,
  "LocalStack's Fail state refuses the names of Step Functions' own errors": (value) => {
    const [, error] = isFields(value) ? (refusedName.exec(String(value.cause)) ?? []) : [];
    return error === undefined ? value : { ...(value as object), error, cause: undefined };
  },
  'a JSON text is written in another way': (value) => {
    const inside = typeof value === 'string' ? parsed(value) : value;
    return typeof inside === 'object' ? inside : value;
  },
};

/** A history, or a part of one, without the accepted differences. */
export const agreedIn = (value: unknown, accepted = Object.values(differences), field?: string): unknown => {
  const agreed = accepted.reduce((before, accept) => accept(before, field), value);
  if (Array.isArray(agreed)) return agreed.map((each) => agreedIn(each, accepted));
  if (!isFields(agreed) || agreed instanceof Date) return agreed;
  const fields = Object.entries(agreed).map(([name, each]) => [name, agreedIn(each, accepted, name)] as const);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
};

/** The wait of a retry with jitter in both interpreters, as a fraction of the longest wait. */
export const jitter = 0.75;
