import { createSteppingClock, end, failing, run, task } from './run';

const typesOf = ({ history }: Awaited<ReturnType<typeof run>>) => history.map(({ type }) => type);

test('events show inputs and outputs as JSON texts, and the resource of a task', async () => {
  const own = { resourceType: 'lambda', resource: 'invoke' };
  const { history } = await run({ T: task({ ResultPath: '$.t' }), ...end }, { input: { a: 1 }, roleArn: 'arn:role' });
  expect(history.map(({ id, previousEventId, timestamp, ...event }) => event)).toEqual([
    { type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"a":1}', roleArn: 'arn:role' } },
    { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'T', input: '{"a":1}' } },
    { type: 'TaskScheduled', taskScheduledEventDetails: { ...own, region: 'eu-west-1', parameters: '{"a":1}' } },
    { type: 'TaskStarted', taskStartedEventDetails: own },
    { type: 'TaskSucceeded', taskSucceededEventDetails: { ...own, output: '{"a":1}' } },
    { type: 'TaskStateExited', stateExitedEventDetails: { name: 'T', output: '{"a":1,"t":{"a":1}}' } },
    { type: 'SucceedStateEntered', stateEnteredEventDetails: { name: 'S', input: '{"a":1,"t":{"a":1}}' } },
    { type: 'SucceedStateExited', stateExitedEventDetails: { name: 'S', output: '{"a":1,"t":{"a":1}}' } },
    { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"a":1,"t":{"a":1}}' } },
  ]);
  expect(new Set(history.map(({ timestamp }) => timestamp))).toEqual(new Set([Date.parse('2026-12-01T00:00:00Z')]));
});

test('a retry, a catch and a failure show as on AWS', async () => {
  const own = { resourceType: 'lambda', resource: 'invoke' };
  const { history } = await run(
    {
      T: task({
        TimeoutSeconds: 5,
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['E'], Next: 'F' }],
        Next: 'F',
      }),
      F: { Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' },
    },
    { task: failing('E', 'E') },
  );
  expect(history.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskStateExited',
    'FailStateEntered',
    'ExecutionFailed',
  ]);
  expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
  expect(history.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(history[2]?.taskScheduledEventDetails).toMatchObject({ parameters: '{}', timeoutInSeconds: 5 });
  expect(history[4]?.taskFailedEventDetails).toEqual({ ...own, error: 'E', cause: 'the cause of E' });
  expect(history[8]?.stateExitedEventDetails).toEqual({ name: 'T', output: '{"Error":"E","Cause":"the cause of E"}' });
  expect(history.at(-1)?.executionFailedEventDetails).toEqual({ error: 'E', cause: 'the cause of E' });
});

test('every event is passed on as it happens', async () => {
  const passed: string[] = [];
  const seen: string[][] = [];
  const look = async () => {
    seen.push([...passed]);
  };
  await run({ T: task(), ...end }, { task: look, onEvent: ({ type }) => passed.push(type) });
  expect(seen).toEqual([['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted']]);
});

test('a task that succeeded shows as such, although its ResultSelector leads to nothing', async () => {
  const result = await run({ T: task({ ResultSelector: { 'a.$': '$.absent' } }), ...end });
  expect(result.error).toBe('States.Runtime');
  expect(typesOf(result).slice(-2)).toEqual(['TaskSucceeded', 'ExecutionFailed']);
});

test('a task whose Parameters lead to nothing is not scheduled', async () => {
  expect(typesOf(await run({ T: task({ Parameters: { 'a.$': '$.absent' } }), ...end }))).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ExecutionFailed',
  ]);
});

test('a task whose result is too large shows as failed', async () => {
  const result = await run({ T: task(), ...end }, { task: async () => 'x'.repeat(262_144) });
  expect(typesOf(result).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('a task that took too long shows States.Timeout and, as on AWS, no cause', async () => {
  const time = createSteppingClock();
  const states = { T: task({ TimeoutSeconds: 7, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'S' }] }), ...end };
  const { history, output } = await run(states, { time, task: async () => time.pass(7_001) });
  const { taskTimedOutEventDetails: details } = history.find(({ type }) => type === 'TaskTimedOut') ?? {};
  expect(details).toEqual({ resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' });
  expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
});
