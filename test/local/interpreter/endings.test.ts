import { createSteppingClock, failing, run, task } from './run';

const end = { S: { Type: 'Succeed' } };
const typesOf = ({ history }: Awaited<ReturnType<typeof run>>) => history.map(({ type }) => type);

test('a result tells when the execution started and stopped', async () => {
  const started = Date.parse('2026-12-01T00:00:00Z');
  const wait = { Type: 'Wait', Seconds: 5, Next: 'E' };
  for (const E of [{ Type: 'Succeed' }, { Type: 'Fail' }]) {
    expect(await run({ W: wait, E })).toMatchObject({ startedAt: started, stoppedAt: started + 5_000 });
  }
  expect(await run({ W: wait, E: { Type: 'Succeed' } }, {}, { TimeoutSeconds: 4 })).toMatchObject({
    status: 'TIMED_OUT',
    startedAt: started,
    stoppedAt: started + 5_000,
  });
});

test('a success has an output and no error, a failure the other way round', async () => {
  const success = await run(end, { input: { a: 1 } });
  expect([success.output, success.error, success.cause]).toEqual([{ a: 1 }, undefined, undefined]);
  const failure = await run({ F: { Type: 'Fail', Error: 'E', Cause: 'C' } }, { input: { a: 1 } });
  expect([failure.output, failure.error, failure.cause]).toEqual([undefined, 'E', 'C']);
});

test('a timed out execution has neither output nor error', async () => {
  const { output, error } = await run({ W: { Type: 'Wait', Seconds: 9, End: true } }, {}, { TimeoutSeconds: 8 });
  expect([output, error]).toEqual([undefined, undefined]);
});

test('the machine’s time counts for its last state, too', async () => {
  const states = { W: { Type: 'Wait', Seconds: 61, End: true } };
  expect((await run(states, {}, { TimeoutSeconds: 60 })).status).toBe('TIMED_OUT');
  expect((await run(states, {}, { TimeoutSeconds: 61 })).status).toBe('SUCCEEDED');
});

test('no try is made when the machine’s time ran out in the wait before it', async () => {
  let calls = 0;
  const fail = failing('E', 'E');
  const result = await run(
    {
      T: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 61 }], Catch: [{ ErrorEquals: ['E'], Next: 'S' }] }),
      ...end,
    },
    {
      task: (parameters) => {
        calls += 1;
        return fail(parameters);
      },
    },
    { TimeoutSeconds: 60 },
  );
  expect([result.status, calls]).toEqual(['TIMED_OUT', 1]);
  expect(typesOf(result).slice(-2)).toEqual(['TaskFailed', 'ExecutionTimedOut']);
});

test('a task and its machine that run out of the same time: the task shows it, the machine ends', async () => {
  const time = createSteppingClock();
  const slow = async () => time.pass(60_001);
  const states = { T: task({ TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'S' }] }), ...end };
  const result = await run(states, { time, task: slow }, { TimeoutSeconds: 60 });
  expect(result.status).toBe('TIMED_OUT');
  expect(typesOf(result)).toContain('TaskTimedOut');
  expect(result.visited).toEqual(['T']);
});

test('an abort while the last task ends well still aborts', async () => {
  const abort = new AbortController();
  const last = async () => abort.abort();
  expect((await run({ T: task() }, { signal: abort.signal, task: last })).status).toBe('ABORTED');
});

test('an abort leaves Retry and Catch alone', async () => {
  const abort = new AbortController();
  const fail = failing('E');
  const states = {
    T: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] }),
    ...end,
  };
  const { status, visited, retries } = await run(states, {
    signal: abort.signal,
    task: (parameters) => {
      abort.abort();
      return fail(parameters);
    },
  });
  expect([status, visited, retries]).toEqual(['ABORTED', ['T'], []]);
});

test.each([
  [
    'thrown at once',
    () => {
      throw new TypeError('bug');
    },
  ],
  ['rejected with', () => Promise.reject(new TypeError('bug'))],
])('a bug that is %s rejects, and its deadlines are cancelled', async (_, buggy) => {
  const time = createSteppingClock();
  const states = { T: task({ TimeoutSeconds: 7, Retry: [{ ErrorEquals: ['States.ALL'] }] }) };
  await expect(run(states, { time, task: buggy }, { TimeoutSeconds: 60 })).rejects.toThrow(TypeError);
  expect(time.deadlines.map(({ cancelled }) => cancelled)).toEqual([true, true]);
});

test('a machine without a time of its own asks for no deadline', async () => {
  const time = createSteppingClock();
  await run({ T: task() }, { time });
  expect(time.deadlines).toEqual([]);
});

test('a success shows the resource that it came from', async () => {
  const Resource = 'arn:aws:states:::lambda:invoke';
  const { history } = await run({ T: task({ Resource }) }, { integrations: { [Resource]: async () => 1 } });
  const own = { resourceType: 'lambda', resource: 'invoke' };
  expect(history.find(({ type }) => type === 'TaskScheduled')?.taskScheduledEventDetails).toEqual({
    ...own,
    region: 'eu-west-1',
    parameters: '{}',
  });
  expect(history.find(({ type }) => type === 'TaskStarted')?.taskStartedEventDetails).toEqual(own);
  expect(history.find(({ type }) => type === 'TaskSucceeded')?.taskSucceededEventDetails).toEqual({
    ...own,
    output: '1',
  });
});

test('a Wait for 0 seconds is no failure', async () => {
  const states = { W: { Type: 'Wait', SecondsPath: '$.s', End: true } };
  expect(await run(states, { input: { s: 0 } })).toMatchObject({ status: 'SUCCEEDED', seconds: [0] });
});

test('a Wait until a list that holds a time is States.Runtime', async () => {
  const states = { W: { Type: 'Wait', TimestampPath: '$.t', End: true } };
  expect((await run(states, { input: { t: ['2026-12-01T00:01:00Z'] } })).error).toBe('States.Runtime');
});
