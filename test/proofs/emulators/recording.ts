import type { HistoryEvent } from '../../../statemachine/execution-events';

/** What one call of a Task state came to. */
export type Answer = { readonly service: string } & (
  | { readonly output: unknown }
  | { readonly error: string; readonly cause: string }
);

/**
 * What the Task states of an execution came to, one answer for each try.
 * @throws Error for a timeout, which nobody can answer with
 */
export const answersOf = (history: readonly HistoryEvent[]): readonly Answer[] =>
  history.flatMap(({ taskSucceededEventDetails: succeeded, taskFailedEventDetails: failed, ...event }): Answer[] => {
    if (event.taskTimedOutEventDetails) throw new Error('The other interpreter would wait for a timeout in real time.');
    if (succeeded) return [{ service: succeeded.resourceType, output: JSON.parse(succeeded.output) }];
    return failed ? [{ service: failed.resourceType, error: failed.error ?? '', cause: failed.cause ?? '' }] : [];
  });

/** The names of the states that were entered, one after the other. */
export const wayOf = (
  history: readonly { readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined }[],
): readonly string[] =>
  history.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));

/** Each execution has its own, or ours does not write them: that nothing was cut off. */
const ownFields = ['timestamp', 'startedAt', 'inputDetails', 'outputDetails', 'assignedVariablesDetails'];

/** What Step Functions adds to an error of SNS, and ours does not. */
const addedBySns = / \(Service: AmazonSNS; .*\)$/;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * What two interpreters have to agree on in a history, or a part of one. How a JSON text is written does not matter.
 */
export const agreedIn = (value: unknown): unknown => {
  if (typeof value === 'string') {
    const inside = parsed(value);
    return typeof inside === 'object' && inside !== null ? agreedIn(inside) : value.replace(addedBySns, '');
  }
  if (Array.isArray(value)) return value.map(agreedIn);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => !ownFields.includes(name));
  return Object.fromEntries(fields.map(([name, each]) => [name, agreedIn(each)]));
};
