import type { HistoryEvent } from '../../statemachine/execution-events';
import { messageIn } from './told';

/** What an execution that did not succeed came to, as a program reads it. */
export interface Failure {
  readonly outcome: 'failed';
  readonly secretName: string;
  /** The state that failed. */
  readonly step: string;
  readonly error: string;
  readonly message: string;
}

/** An execution that did not succeed, wherever it ran. */
export interface Failed {
  readonly status: string;
  readonly history: readonly HistoryEvent[];
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** As the alert says it. An execution that ended before it could tell, by its timeout for one, failed where it was. */
const failedStep = ({ history }: Failed): string => {
  const entered = history.flatMap(({ type, stateEnteredEventDetails: details }) =>
    details ? [{ type, ...details }] : [],
  );
  const fail = entered.find(({ type }) => type === 'FailStateEntered');
  if (fail === undefined) return entered.at(-1)?.name ?? '';
  return (JSON.parse(fail.input) as { readonly failed: { readonly step: string } }).failed.step;
};

export const failureOf = (result: Failed, secretName: string): Failure => ({
  outcome: 'failed',
  secretName,
  step: failedStep(result),
  error: result.error ?? (result.status === 'TIMED_OUT' ? 'States.Timeout' : 'Aborted'),
  message: messageIn(result.cause),
});
