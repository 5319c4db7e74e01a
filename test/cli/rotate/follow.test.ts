import { createFollower, follow } from '../../../cli/rotate/follow';
import type { ShownRetry } from '../../../report/history/progress';
import type { HistoryEvent } from '../../../statemachine/execution-events';

const failed = { resourceType: 'lambda', resource: 'invoke', error: 'MomentoUnavailable', cause: 'down' };

const events = (...types: (string | [type: string, more: object])[]): HistoryEvent[] =>
  types.map((each, index) => {
    const [type, more] = typeof each === 'string' ? [each, {}] : each;
    return { id: index + 1, previousEventId: index, timestamp: index * 1000, type, ...more };
  });

const entered = (name: string): [string, object] => ['TaskStateEntered', { stateEnteredEventDetails: { name } }];
const taskFailed: [string, object] = ['TaskFailed', { taskFailedEventDetails: failed }];

const watch = () => {
  const told: (string | ShownRetry)[] = [];
  const watcher = {
    onEvent: ({ type }: HistoryEvent) => told.push(type),
    onRetry: (retry: ShownRetry) => told.push(retry),
  };
  return { told, follower: createFollower(watcher), watcher };
};

const retry = { stateName: 'Validate', error: 'MomentoUnavailable', cause: 'down' };

test('a failure before another attempt is a retry, with the length of the wait', () => {
  const { told, follower } = watch();
  follower.take(
    events(entered('Validate'), 'TaskScheduled', taskFailed, 'TaskScheduled', taskFailed, 'TaskScheduled'),
    0,
  );
  expect(told).toEqual([
    'TaskStateEntered',
    'TaskScheduled',
    { ...retry, attempt: 1, delaySeconds: 1 },
    'TaskScheduled',
    { ...retry, attempt: 2, delaySeconds: 1 },
    'TaskScheduled',
  ]);
});

test('a failure that is caught stays a failure', () => {
  const { told, follower } = watch();
  follower.take(events(entered('Validate'), 'TaskScheduled', taskFailed, 'TaskStateExited'), 0);
  expect(told).toEqual(['TaskStateEntered', 'TaskScheduled', 'TaskFailed', 'TaskStateExited']);
});

test('a failure is shown once while Step Functions waits for the retry', () => {
  const { told, follower } = watch();
  const history = events(entered('Validate'), 'TaskScheduled', taskFailed);
  follower.take(history, 2_500);
  expect(told).toHaveLength(2);
  follower.take(history, 4_000);
  follower.take(history, 5_000);
  expect(told.slice(2)).toEqual([{ ...retry, attempt: 1, delaySeconds: undefined }]);
  follower.take([...history, ...events('x', 'x', 'x', 'TaskScheduled').slice(3)], 6_000);
  expect(told.slice(3)).toEqual([{ ...retry, attempt: 1, delaySeconds: 1 }, 'TaskScheduled']);
});

test('each state counts its own retries', () => {
  const { told, follower } = watch();
  const once = (name: string) => [entered(name), 'TaskScheduled', taskFailed, 'TaskScheduled'] as const;
  follower.take(events(...once('Fetch'), 'TaskStateExited', ...once('Refresh')), 0);
  expect(told.filter((each) => typeof each === 'object').map(({ attempt }) => attempt)).toEqual([1, 1]);
});

test.each(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted'])(
  'following ends with %s, and polls less often while nothing happens',
  async (end) => {
    const pauses: number[] = [];
    const clock = {
      now: () => 0,
      sleep: async (milliseconds: number) => void pauses.push(milliseconds),
      deadline: () => ({ expired: Promise.resolve(), cancel: () => {} }),
    };
    let looks = 0;
    const read = async () => {
      looks += 1;
      return looks < 12 ? events('ExecutionStarted') : events('ExecutionStarted', end);
    };
    const { watcher } = watch();
    expect(await follow(read, watcher, clock, new AbortController().signal)).toHaveLength(2);
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    expect([pauses[0], Math.max(...pauses)]).toEqual([250, 3_000]);
  },
);

test('following continues after single failed reads, and stops after several in a row', async () => {
  const clock = {
    now: () => 0,
    sleep: async () => {},
    deadline: () => ({ expired: Promise.resolve(), cancel: () => {} }),
  };
  const { watcher, told } = watch();
  let looks = 0;
  const shaky = async () => {
    looks += 1;
    if (looks % 4 !== 0) throw new Error('down');
    return looks < 8 ? events('ExecutionStarted') : events('ExecutionStarted', 'ExecutionSucceeded');
  };
  expect(await follow(shaky, watcher, clock, new AbortController().signal)).toHaveLength(2);
  expect(told).toEqual(['ExecutionStarted', 'ExecutionSucceeded']);
  const down = () => Promise.reject(new Error('down'));
  await expect(follow(down, watcher, clock, new AbortController().signal)).rejects.toThrow('down');
});

test('following ends as soon as it is interrupted, and cancels its timer', async () => {
  const abort = new AbortController();
  const signals: (AbortSignal | undefined)[] = [];
  const clock = {
    now: () => 0,
    sleep: (_: number, signal?: AbortSignal) => {
      signals.push(signal);
      setImmediate(() => abort.abort());
      return new Promise<never>(() => {});
    },
    deadline: () => ({ expired: Promise.resolve(), cancel: () => {} }),
  };
  const { watcher } = watch();
  expect(await follow(async () => events('ExecutionStarted'), watcher, clock, abort.signal)).toBe('interrupted');
  expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
});
