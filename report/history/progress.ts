import { spokenDuration } from '../../functions/language/time';
import type { HistoryEvent, Retry, Watcher } from '../../statemachine/execution-events';
import { type Style, type Terminal, unbreakable, wrapText } from '../../terminal/terminal';
import { failureIn } from './execution-history';
import { detailIn, failureText } from './told';

const nameWidth = 21;

/** A retry, with or without its delay. */
export interface ShownRetry extends Omit<Retry, 'delaySeconds'> {
  /** `undefined` if it is not known yet. */
  readonly delaySeconds: number | undefined;
}

export interface ProgressOptions {
  /** Describes the wait before a retry, past or future. */
  describeWait(spoken: string | undefined): string;
}

/** For retries that are shown before the wait. */
export const waitsAhead = (realTime: boolean): ProgressOptions => ({
  describeWait: (spoken) => `in ${spoken}${realTime ? '' : ', cut short'}`,
});

export interface Progress extends Required<Watcher> {
  onRetry(retry: ShownRetry): void;
}

/** Takes milliseconds. Short durations as a number of milliseconds, long ones in words. */
export const shownDuration = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : spokenDuration(milliseconds / 1000);

/** Shows an execution while it runs: a line for each state with its outcome, and a line for each retry. */
export const showProgress = (terminal: Terminal, { describeWait }: ProgressOptions): Progress => {
  let enteredAt = 0;
  let failure: string | undefined;
  let choice: string | undefined;
  let retried: string | undefined;
  /** The retry of this state that was shown last. */
  let lastAttempt = 0;
  let told = false;

  const show = (mark: string, style: Style, name: string, text: string): void => {
    const indent = ' '.repeat(nameWidth + 5);
    const [first = '', ...rest] = wrapText(text, terminal.columns - indent.length);
    terminal.print(
      `  ${terminal.paint(style, mark)} ${terminal.paint('bold', name.padEnd(nameWidth))} ${first}`.trimEnd(),
    );
    for (const line of rest) terminal.print(`${indent}${line}`);
  };

  const enter = (event: HistoryEvent, name: string): void => {
    retried = undefined;
    lastAttempt = 0;
    enteredAt = event.timestamp;
    if (choice !== undefined) show('·', 'dim', choice, terminal.paint('dim', name));
    choice = event.type === 'ChoiceStateEntered' ? name : undefined;
    if (event.type === 'SucceedStateEntered') show('✓', 'green', name, '');
    if (event.type === 'FailStateEntered') show('✗', 'red', name, '');
  };

  const exit = (event: HistoryEvent, name: string, output: string | undefined): void => {
    if (event.type === 'PassStateExited') show('·', 'dim', name, '');
    if (event.type !== 'TaskStateExited') return;
    const took = terminal.paint('dim', unbreakable(`(${shownDuration(event.timestamp - enteredAt)})`));
    if (failure === undefined) show('✓', 'green', name, `${detailIn(output)} ${took}`);
    else show('✗', 'red', name, failure);
    failure = undefined;
  };

  return {
    onEvent(event) {
      const failed = failureIn(event);
      if (failed) failure = failureText(failed);
      if (event.stateEnteredEventDetails) enter(event, event.stateEnteredEventDetails.name);
      if (event.type === 'FailStateEntered') told = true;
      const ended = event.executionFailedEventDetails ?? event.executionTimedOutEventDetails;
      // An error that no state caught does not lead to a Fail state, which would show it.
      if (ended && !told) show('✗', 'red', 'Execution failed', failureText(ended));
      const exited = event.stateExitedEventDetails;
      if (exited) exit(event, exited.name, exited.output);
    },
    onRetry({ stateName, error, cause, attempt, delaySeconds }) {
      failure = undefined;
      const text = failureText({ error, cause });
      if (attempt !== lastAttempt) show('↻', 'yellow', stateName, text === retried ? `${error} again` : text);
      retried = text;
      lastAttempt = attempt;
      const wait = describeWait(delaySeconds === undefined ? undefined : spokenDuration(delaySeconds));
      show(' ', 'dim', '', terminal.paint('yellow', `try ${attempt + 1} ${wait}`));
    },
  };
};
