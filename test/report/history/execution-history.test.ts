import { readHistory, retriesOf } from '../../../report/history/execution-history';
import type { HistoryEvent } from '../../../statemachine/execution-events';
import { withCloud } from '../../cloud';
import { chosen, runProvoked } from '../../failures/provoked';

const runWith = (failure: string): Promise<readonly HistoryEvent[]> =>
  runProvoked(chosen(failure), {}, ({ result }) => result.history);

test('the happy path: every state succeeded, in order and without a retry', () =>
  withCloud({}, async ({ machine }) => {
    const history = readHistory((await machine.start({})).history);
    expect(history).toMatchObject({ status: 'SUCCEEDED', redrives: 0, failure: undefined });
    expect(history.visits.map(({ stateName }) => stateName)).toEqual([
      'Fetch',
      'What to do?',
      'Refresh',
      'Token at hand?',
      'Validate',
      'Promote',
      'Verify it?',
      'Verify',
      'Rotated',
    ]);
    expect(history.visits.map((visit) => [visit.ending, retriesOf(visit)])).toEqual(
      history.visits.map(() => ['succeeded', 0]),
    );
    expect(JSON.parse(history.output ?? '')).toMatchObject({ outcome: 'rotated' });
  }));

test('the failed attempts and the successful one belong to one visit', async () => {
  const { visits } = readHistory(await runWith('validate:TokenRejected'));
  const validate = visits.find(({ stateName }) => stateName === 'Validate');
  expect(validate?.ending).toBe('succeeded');
  expect(validate?.attempts.map(({ failure }) => failure?.error)).toEqual([
    'TokenRejected',
    'TokenRejected',
    undefined,
  ]);
  // The waits of the state machine's Retry: 3 s, then twice as long.
  const [first, second, third] = validate?.attempts ?? [];
  expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBeGreaterThanOrEqual(3000);
  expect((third?.startedAt ?? 0) - (second?.endedAt ?? 0)).toBeGreaterThanOrEqual(6000);
});

test('a state whose error is caught has the ending "caught"; the execution failed in its last state', async () => {
  const history = readHistory(await runWith('refresh:RefreshRejected'));
  const endings = Object.fromEntries(history.visits.map(({ stateName, ending }) => [stateName, ending]));
  expect(endings).toMatchObject({ Refresh: 'caught', Alert: 'succeeded', 'Rotation failed': 'failed' });
  expect(history).toMatchObject({ status: 'FAILED', failure: { error: 'RefreshRejected' } });
});

test('a history can be read after each event, and is RUNNING until the last one', async () => {
  const events = await runWith('validate:TokenRejected');
  for (let length = 1; length < events.length; length += 1) {
    const history = readHistory(events.slice(0, length));
    expect([history.status, history.endedAt]).toEqual(['RUNNING', undefined]);
    // Only the last visit can be open.
    const open = history.visits.findIndex(({ ending }) => ending === 'running');
    expect([-1, history.visits.length - 1]).toContain(open);
  }
  expect(readHistory(events).status).toBe('SUCCEEDED');
  expect(readHistory([])).toMatchObject({ status: 'RUNNING', visits: [] });
});

const event = (id: number, type: string, details: object = {}): HistoryEvent =>
  ({ id, previousEventId: id - 1, timestamp: id * 1000, type, ...details }) as HistoryEvent;

const entered = (id: number, name: string) =>
  event(id, 'TaskStateEntered', { stateEnteredEventDetails: { name, input: '{}' } });

test.each([
  ['ExecutionAborted', 'ABORTED', 'stopped'],
  ['ExecutionTimedOut', 'TIMED_OUT', 'stopped'],
  ['ExecutionFailed', 'FAILED', 'failed'],
])('%s ends the state in which the execution was', (type, status, ending) => {
  const history = readHistory([
    event(1, 'ExecutionStarted'),
    entered(2, 'Fetch'),
    event(3, 'TaskScheduled'),
    event(4, type),
  ]);
  expect(history).toMatchObject({ status, endedAt: 4000 });
  expect(history.visits).toMatchObject([{ ending, leftAt: 4000 }]);
});

test('a redrive continues in the state that failed, and is counted', () => {
  const history = readHistory([
    event(1, 'ExecutionStarted'),
    entered(2, 'Fetch'),
    event(3, 'TaskScheduled'),
    event(4, 'ExecutionAborted'),
    event(5, 'ExecutionRedriven'),
    event(6, 'TaskScheduled'),
    event(7, 'TaskSucceeded'),
    event(8, 'TaskStateExited', { stateExitedEventDetails: { name: 'Fetch', output: '{}' } }),
  ]);
  expect(history).toMatchObject({ status: 'RUNNING', redrives: 1 });
  expect(history.visits).toMatchObject([{ ending: 'succeeded', leftAt: 8000 }]);
  expect(history.visits[0]?.attempts).toHaveLength(2);
});

test('a redrive that enters the state again continues the same visit, and is not a retry', () => {
  const fail = (id: number) =>
    event(id, 'FailStateEntered', { stateEnteredEventDetails: { name: 'Rotation failed', input: '{}' } });
  const history = readHistory([
    event(1, 'ExecutionStarted'),
    fail(2),
    event(3, 'ExecutionFailed'),
    event(4, 'ExecutionRedriven'),
    fail(5),
    event(6, 'ExecutionFailed'),
  ]);
  expect(history.visits).toMatchObject([{ ending: 'failed', leftAt: 6000 }]);
  const cut = readHistory([
    entered(1, 'Fetch'),
    event(2, 'TaskScheduled'),
    event(3, 'ExecutionAborted'),
    event(4, 'ExecutionRedriven'),
    event(5, 'TaskScheduled'),
  ]);
  expect(cut.visits.map(retriesOf)).toEqual([0]);
});

test.each(['TaskFailed', 'TaskTimedOut', 'TaskStartFailed', 'TaskSubmitFailed'])('%s is a failed attempt', (type) => {
  const details = { [`${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`]: { error: 'E', cause: 'why' } };
  const { visits } = readHistory([entered(1, 'Fetch'), event(2, 'TaskScheduled'), event(3, type, details)]);
  expect(visits[0]?.attempts).toEqual([{ startedAt: 2000, endedAt: 3000, failure: { error: 'E', cause: 'why' } }]);
});
