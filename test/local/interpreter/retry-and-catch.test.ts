import { end, failing, run, task } from './run';

const retry = (...retriers: object[]) => ({ T: task({ Retry: retriers }), ...end });

test('by default: after 1, 2 and 4 seconds, three times', async () => {
  const { error, seconds } = await run(retry({ ErrorEquals: ['E'] }), { task: failing('E', 'E', 'E', 'E') });
  expect([error, seconds]).toEqual(['E', [1, 2, 4]]);
});

test('IntervalSeconds, BackoffRate, MaxAttempts and the cap of MaxDelaySeconds', async () => {
  const retrier = { ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 };
  const { status, seconds } = await run(retry(retrier), { task: failing('E', 'E', 'E', 'E') });
  expect([status, seconds]).toEqual(['SUCCEEDED', [3, 9, 20, 20]]);
});

test('full jitter is a random part of the capped delay', async () => {
  const retrier = { ErrorEquals: ['E'], IntervalSeconds: 8, MaxDelaySeconds: 10, JitterStrategy: 'FULL' };
  const { seconds } = await run(retry(retrier), { task: failing('E', 'E'), random: () => 0.25 });
  expect(seconds).toEqual([2, 2.5]);
});

test('MaxAttempts 0 never retries, and hides the error from later retriers', async () => {
  const { seconds } = await run(retry({ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }), {
    task: failing('E'),
  });
  expect(seconds).toEqual([]);
});

test('each retrier counts its own attempts', async () => {
  const { status, seconds } = await run(
    retry({ ErrorEquals: ['A'], MaxAttempts: 1 }, { ErrorEquals: ['B'], MaxAttempts: 1, IntervalSeconds: 5 }),
    { task: failing('A', 'B') },
  );
  expect([status, seconds]).toEqual(['SUCCEEDED', [1, 5]]);
});

test('attempts start again when the state is entered again', async () => {
  const { status, seconds } = await run(
    {
      T: task({
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['E'], Next: 'Again' }],
      }),
      Again: { Type: 'Pass', Next: 'T' },
      ...end,
    },
    { task: failing('E', 'E', 'E') },
  );
  expect([status, seconds]).toEqual(['SUCCEEDED', [1, 1]]);
});

test('RetryCount counts the retries of all retriers, and starts again when the state is entered again', async () => {
  const counts: unknown[] = [];
  const fail = failing('A', 'B', 'C', 'A');
  await run(
    {
      T: task({
        Parameters: { 'count.$': '$$.State.RetryCount' },
        Retry: [{ ErrorEquals: ['A'] }, { ErrorEquals: ['B'] }],
        Catch: [{ ErrorEquals: ['C'], Next: 'Again' }],
      }),
      Again: { Type: 'Pass', Next: 'T' },
      ...end,
    },
    {
      task: (parameters) => {
        counts.push((parameters as { count: unknown }).count);
        return fail(parameters);
      },
    },
  );
  expect(counts).toEqual([0, 1, 2, 0, 1]);
});

test('a retry is announced with its delay', async () => {
  const { retries } = await run(retry({ ErrorEquals: ['E'] }), { task: failing('E') });
  expect(retries).toEqual([{ stateName: 'T', error: 'E', cause: 'the cause of E', attempt: 1, delaySeconds: 1 }]);
});

test('States.TaskFailed covers every error but States.Timeout, and States.ALL covers that too', async () => {
  const taskFailed = { ErrorEquals: ['States.TaskFailed'] };
  expect((await run(retry(taskFailed), { task: failing('E') })).status).toBe('SUCCEEDED');
  expect((await run(retry(taskFailed), { task: failing('States.Timeout') })).status).toBe('FAILED');
  expect((await run(retry({ ErrorEquals: ['States.ALL'] }), { task: failing('States.Timeout') })).status).toBe(
    'SUCCEEDED',
  );
});

test('States.Runtime is neither retried nor caught by States.ALL', async () => {
  const states = {
    T: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] }),
    ...end,
  };
  expect(await run(states, { task: failing('States.Runtime') })).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
  });
});

describe('Catch', () => {
  const caught = (catcher: object) => ({
    T: task({ Catch: [{ ErrorEquals: ['Other'], Next: 'Wrong' }, catcher] }),
    ...end,
    Wrong: { Type: 'Succeed' },
  });

  test('puts Error and Cause at ResultPath of the input, and goes to Next', async () => {
    const states = caught({ ErrorEquals: ['E'], ResultPath: '$.error', Next: 'S' });
    const { output, visited } = await run(states, { task: failing('E'), input: { a: 1 } });
    expect(output).toEqual({ a: 1, error: { Error: 'E', Cause: 'the cause of E' } });
    expect(visited).toEqual(['T', 'S']);
  });

  test('without ResultPath replaces the input; with null keeps it', async () => {
    const replaced = await run(caught({ ErrorEquals: ['States.ALL'], Next: 'S' }), {
      task: failing('E'),
      input: { a: 1 },
    });
    expect(replaced.output).toEqual({ Error: 'E', Cause: 'the cause of E' });
    const kept = await run(caught({ ErrorEquals: ['E'], ResultPath: null, Next: 'S' }), {
      task: failing('E'),
      input: { a: 1 },
    });
    expect(kept.output).toEqual({ a: 1 });
  });

  test('follows the first catcher that covers the error', async () => {
    const states = {
      T: task({
        Catch: [
          { ErrorEquals: ['A', 'B'], Next: 'First' },
          { ErrorEquals: ['B'], Next: 'Second' },
          { ErrorEquals: ['States.ALL'], Next: 'Last' },
        ],
      }),
      ...end,
      First: { Type: 'Succeed' },
      Second: { Type: 'Succeed' },
      Last: { Type: 'Succeed' },
    };
    expect((await run(states, { task: failing('B') })).visited).toEqual(['T', 'First']);
    expect((await run(states, { task: failing('C') })).visited).toEqual(['T', 'Last']);
  });

  test('comes after the retries are used up', async () => {
    const { seconds, visited } = await run(
      {
        T: task({ Retry: [{ ErrorEquals: ['E'], MaxAttempts: 2 }], Catch: [{ ErrorEquals: ['E'], Next: 'S' }] }),
        ...end,
      },
      { task: failing('E', 'E', 'E') },
    );
    expect([seconds, visited]).toEqual([
      [1, 2],
      ['T', 'S'],
    ]);
  });
});
