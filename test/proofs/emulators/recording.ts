import type { HistoryEvent } from '../../../statemachine/execution-events';

/** How one visit to a Task state ended, retries included, as the mocks of Step Functions Local have it. */
export type Response =
  | { readonly Return: unknown }
  | { readonly Throw: { readonly Error: string; readonly Cause: string } };

/** By state, in the order of its visits. */
export type Recording = Readonly<Record<string, readonly Response[]>>;

/** What the Task states of an execution came to. */
export const recordingOf = (history: readonly HistoryEvent[]): Recording => {
  const visits: Record<string, Response[]> = {};
  let state = '';
  let last: Response | undefined;
  for (const event of history) {
    if (event.stateEnteredEventDetails) state = event.stateEnteredEventDetails.name;
    const { output } = event.taskSucceededEventDetails ?? {};
    if (output !== undefined) last = { Return: JSON.parse(output) };
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failed) last = { Throw: { Error: failed.error ?? '', Cause: failed.cause ?? '' } };
    if (event.type === 'TaskStateExited' && last) {
      visits[state] = [...(visits[state] ?? []), last];
      last = undefined;
    }
  }
  return visits;
};

/** The names of the states that were entered, one after the other. */
export const wayOf = (
  history: readonly { readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined }[],
): readonly string[] =>
  history.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));

/**
 * The file that Step Functions Local reads, and MiniStack as well
 * (https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html).
 */
export const mockConfig = (machine: string, cases: Readonly<Record<string, Recording>>) => {
  const named = Object.entries(cases).flatMap(([name, recording]) =>
    Object.entries(recording).map(([state, visits]) => ({ name, state, visits, response: `${name}: ${state}` })),
  );
  return {
    StateMachines: {
      [machine]: {
        TestCases: Object.fromEntries(
          Object.keys(cases).map((name) => [
            name,
            Object.fromEntries(
              named.filter((each) => each.name === name).map(({ state, response }) => [state, response]),
            ),
          ]),
        ),
      },
    },
    MockedResponses: Object.fromEntries(
      named.map(({ response, visits }) => [response, Object.fromEntries(visits.map((each, visit) => [visit, each]))]),
    ),
  };
};
