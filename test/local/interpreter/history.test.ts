import { createSteppingClock, failing, run, task } from './run';

const end = { S: { Type: 'Succeed' } };
const typesOf = ({ history }: Awaited<ReturnType<typeof run>>) => history.map(({ type }) => type);

test('events tell their inputs and outputs as JSON texts', async () => {
  const { history } = await run(
    { T: task({ ResultPath: '$.t', Next: 'S', End: undefined }), ...end },
    { input: { a: 1 }, roleArn: 'arn:role' },
  );
  expect(history.map(({ id, previousEventId, timestamp, ...event }) => event)).toEqual([
    { type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"a":1}', roleArn: 'arn:role' } },
    { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'T', input: '{"a":1}' } },
    { type: 'TaskScheduled', taskScheduledEventDetails: expect.objectContaining({ parameters: '{"a":1}' }) },
    { type: 'TaskStarted', taskStartedEventDetails: expect.anything() },
    { type: 'TaskSucceeded', taskSucceededEventDetails: expect.objectContaining({ output: '{"a":1}' }) },
    { type: 'TaskStateExited', stateExitedEventDetails: { name: 'T', output: '{"a":1,"t":{"a":1}}' } },
    { type: 'SucceedStateEntered', stateEnteredEventDetails: { name: 'S', input: '{"a":1,"t":{"a":1}}' } },
    { type: 'SucceedStateExited', stateExitedEventDetails: { name: 'S', output: '{"a":1,"t":{"a":1}}' } },
    { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '{"a":1,"t":{"a":1}}' } },
  ]);
  expect(new Set(history.map(({ timestamp }) => timestamp))).toEqual(new Set([Date.parse('2026-12-01T00:00:00Z')]));
});

test('every event is told as it happens', async () => {
  const told: string[] = [];
  const seen: string[][] = [];
  const look = async () => {
    seen.push([...told]);
  };
  await run({ T: task() }, { task: look, onEvent: ({ type }) => told.push(type) });
  expect(seen).toEqual([['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted']]);
});

test.each([[{ ResultSelector: { 'a.$': '$.absent' } }], [{ OutputPath: '$.absent' }]])(
  'a task that succeeded did not fail because %j leads to nothing',
  async (fields) => {
    const result = await run({ T: task(fields) });
    expect(result.error).toBe('States.Runtime');
    expect(typesOf(result).slice(-2)).toEqual(['TaskSucceeded', 'ExecutionFailed']);
  },
);

test('a task whose Parameters lead to nothing is not scheduled', async () => {
  expect(typesOf(await run({ T: task({ Parameters: { 'a.$': '$.absent' } }) }))).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'ExecutionFailed',
  ]);
});

test('a task whose result is too large failed', async () => {
  const result = await run({ T: task() }, { task: async () => 'x'.repeat(262_144) });
  expect(typesOf(result).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('a task that took too long shows States.Timeout and, as on AWS, no cause', async () => {
  const time = createSteppingClock();
  const states = { T: task({ TimeoutSeconds: 7, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'S' }] }), ...end };
  const { history, output } = await run(states, { time, task: async () => time.pass(7_001) });
  const { taskTimedOutEventDetails: details } = history.find(({ type }) => type === 'TaskTimedOut') ?? {};
  expect(details).toEqual({ resource: '', resourceType: 'test', error: 'States.Timeout' });
  expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
});

test('a Fail without Error and Cause shows neither', async () => {
  const { history } = await run({ F: { Type: 'Fail' } });
  expect(history.at(-1)).toMatchObject({ type: 'ExecutionFailed', executionFailedEventDetails: {} });
  expect(history.at(-1)?.executionFailedEventDetails).toEqual({});
});

test('an abort is an event without details', async () => {
  const signal = AbortSignal.abort();
  const { status, history } = await run(end, { signal });
  expect([status, history.map(({ type }) => type)]).toEqual(['ABORTED', ['ExecutionStarted', 'ExecutionAborted']]);
  expect(history.at(-1)).toMatchObject({ executionAbortedEventDetails: {} });
});

test('the machine’s timeout is an event', async () => {
  const states = { W: { Type: 'Wait', Seconds: 61, Next: 'S' }, ...end };
  const { history } = await run(states, {}, { TimeoutSeconds: 60 });
  expect(history.at(-1)).toMatchObject({
    type: 'ExecutionTimedOut',
    executionTimedOutEventDetails: { error: 'States.Timeout' },
  });
});

test('nothing but a task’s failure shows between a retry and the try before it', async () => {
  const result = await run({ T: task({ Retry: [{ ErrorEquals: ['E'] }] }) }, { task: failing('E') });
  const types = typesOf(result);
  expect(types.slice(types.indexOf('TaskFailed'))).toEqual([
    'TaskFailed',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});
