import type { HistoryEvent } from '../../../statemachine/execution-events';

/** What one call of a Task state came to. The error States.Timeout stands for no answer in time. */
export type Answer = { readonly service: string } & (
  | { readonly output: unknown }
  | { readonly error: string; readonly cause: string }
);

/** What the Task states of an execution came to, one answer for each try. */
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

/** Makes the same of what both interpreters write. Leaves a field out with `undefined`. */
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

/** What two interpreters have to agree on in a history, or a part of one. */
export const agreedIn = (value: unknown, accepted = Object.values(differences), field?: string): unknown => {
  const agreed = accepted.reduce((before, accept) => accept(before, field), value);
  if (Array.isArray(agreed)) return agreed.map((each) => agreedIn(each, accepted));
  if (!isFields(agreed) || agreed instanceof Date) return agreed;
  const fields = Object.entries(agreed).map(([name, each]) => [name, agreedIn(each, accepted, name)] as const);
  return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
};

/** What retries with jitter wait in both interpreters, as a part of the longest wait. */
export const jitter = 0.75;
