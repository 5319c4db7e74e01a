import type { AlertReceipt } from '../../functions/contract/alert';
import { asFields, isText, parsed } from '../../functions/language/json';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { type ExecutionHistory, readHistory } from './execution-history';
import { messageIn } from './told';

/** The result of an execution that did not succeed, for programs. */
export interface Failure {
  readonly outcome: 'failed';
  readonly secretName: string;
  /** The state that failed. */
  readonly step: string;
  readonly error: string;
  readonly message: string;
}

/** An execution that did not succeed, on AWS or locally. */
interface Failed {
  readonly status: string;
  readonly history: readonly HistoryEvent[];
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** What the alert function published, from the output of the state Alert; `undefined` if that state failed as well. */
export const alertToldIn = ({ visits }: ExecutionHistory): AlertReceipt | undefined => {
  const alert = visits.findLast(({ stateName }) => stateName === 'Alert');
  const { told } = asFields(asFields(parsed(alert?.output)).alert);
  const { secretName, step, message, applications, advice } = asFields(told);
  return [secretName, step, message, applications, advice].every(isText) ? (told as AlertReceipt) : undefined;
};

const alerts: readonly string[] = ['Alert', 'Plain alert'];

/**
 * The state that failed, as the alert names it. For an execution that ended without an alert, such as by its timeout,
 * the last state.
 */
export const failedStateIn = (history: ExecutionHistory): string => {
  const { visits } = history;
  const last = visits.at(-1);
  if (last?.type !== 'Fail') return last?.stateName ?? '';
  const caught = visits.findLast(({ stateName, ending }) => ending === 'caught' && !alerts.includes(stateName));
  return alertToldIn(history)?.step ?? caught?.stateName ?? last.stateName;
};

export const failureOf = (result: Failed, secretName: string): Failure => ({
  outcome: 'failed',
  secretName,
  step: failedStateIn(readHistory(result.history)),
  error: result.error ?? (result.status === 'TIMED_OUT' ? 'States.Timeout' : 'Aborted'),
  message: messageIn(result.cause),
});
