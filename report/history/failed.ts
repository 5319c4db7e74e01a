import type { AlertReceipt } from '../../functions/contract/alert';
import { asFields, isText, parsed } from '../../functions/language/json';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { type ExecutionHistory, readHistory } from './execution-history';
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

/** What the alert function told its subscribers, by the output of the state Alert; `undefined` if it failed as well. */
export const alertToldIn = ({ visits }: ExecutionHistory): AlertReceipt | undefined => {
  const alert = visits.findLast(({ stateName }) => stateName === 'Alert');
  const { told } = asFields(asFields(parsed(alert?.output)).alert);
  const { secretName, step, message, applications, advice } = asFields(told);
  return [secretName, step, message, applications, advice].every(isText) ? (told as AlertReceipt) : undefined;
};

const alerts: readonly string[] = ['Alert', 'Plain alert'];

/**
 * The state that failed, as the alert names it. An execution that ended before it could tell, such as by its timeout,
 * failed where it was.
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
