import { StatesError } from '../../../local/interpreter/states-error';
import { createSteppingClock, run, task } from './run';

test('a machine runs from StartAt along Next to the end, each output the next input', async () => {
  const { status, output, visited } = await run(
    { One: { Type: 'Pass', Result: { a: 1 }, ResultPath: '$.one', Next: 'Two' }, Two: { Type: 'Succeed' } },
    { input: { start: true } },
  );
  expect([status, visited]).toEqual(['SUCCEEDED', ['One', 'Two']]);
  expect(output).toEqual({ start: true, one: { a: 1 } });
});

describe('a Task', () => {
  test('gets InputPath’s part of the input, through Parameters', async () => {
    const seen: unknown[] = [];
    await run(
      {
        T: task({
          InputPath: '$.in',
          Parameters: { 'a.$': '$.a', fixed: 1, nested: { 'name.$': '$$.State.Name' }, list: [{ 'a.$': '$.a' }] },
        }),
      },
      {
        input: { in: { a: [2] } },
        task: async (parameters) => {
          seen.push(parameters);
          return null;
        },
      },
    );
    expect(seen).toEqual([{ a: [2], fixed: 1, nested: { name: 'T' }, list: [{ a: [2] }] }]);
  });

  test('puts ResultSelector’s pick at ResultPath of the raw input, and OutputPath’s part goes on', async () => {
    const fields = {
      InputPath: '$.in',
      ResultSelector: { 'x.$': '$.deep.x' },
      ResultPath: '$.in.out',
      OutputPath: '$.in',
    };
    const { output } = await run(
      { T: task(fields) },
      { input: { in: { a: 1 }, other: 2 }, task: async () => ({ deep: { x: 3, y: 4 } }) },
    );
    expect(output).toEqual({ a: 1, out: { x: 3 } });
  });

  test('with ResultPath null the input goes on; with OutputPath null an empty object', async () => {
    expect((await run({ T: task({ ResultPath: null }) }, { input: { a: 1 } })).output).toEqual({ a: 1 });
    expect((await run({ T: task({ OutputPath: null }) }, { input: { a: 1 } })).output).toEqual({});
  });

  test('whose result is nothing gives null, and what JSON cannot hold does not travel', async () => {
    expect((await run({ T: task() }, { task: async () => undefined })).output).toBeNull();
    expect((await run({ T: task() }, { task: async () => ({ a: undefined, b: new Date(0) }) })).output).toEqual({
      b: '1970-01-01T00:00:00.000Z',
    });
  });

  test('knows the context object', async () => {
    const { output } = await run(
      { T: task({ Parameters: { 'context.$': '$$' } }) },
      { input: { a: 1 }, roleArn: 'arn:role' },
    );
    expect(output).toEqual({
      context: {
        Execution: {
          Id: 'arn:aws:states:eu-west-1:123456789012:execution:Machine:execution-1',
          Input: { a: 1 },
          Name: 'execution-1',
          RoleArn: 'arn:role',
          StartTime: '2026-12-01T00:00:00.000Z',
        },
        State: { EnteredTime: '2026-12-01T00:00:00.000Z', Name: 'T', RetryCount: 0 },
        StateMachine: { Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Machine', Name: 'Machine' },
      },
    });
  });

  test('that takes longer than TimeoutSeconds fails with States.Timeout', async () => {
    const time = createSteppingClock();
    const { error } = await run(
      { T: task({ TimeoutSeconds: 7 }) },
      {
        time,
        task: () => {
          time.deadlines.find(({ milliseconds }) => milliseconds === 7_000)?.expire();
          return new Promise(() => {});
        },
      },
    );
    expect(error).toBe('States.Timeout');
  });

  test('that comes back after its time counts as timed out, also with a clock that skips waiting', async () => {
    const time = createSteppingClock();
    const late = async () => {
      time.pass(7_001);
    };
    expect((await run({ T: task({ TimeoutSeconds: 7 }) }, { time, task: late })).error).toBe('States.Timeout');
  });

  test('leaves no deadline behind', async () => {
    const time = createSteppingClock();
    await run({ T: task({ TimeoutSeconds: 7 }) }, { time }, { TimeoutSeconds: 60 });
    expect(time.deadlines.map(({ cancelled }) => cancelled)).toEqual([true, true]);
  });

  test('without an integration for its resource is a States.Runtime failure', async () => {
    expect((await run({ T: task({ Resource: 'other' }) })).error).toBe('States.Runtime');
    expect((await run({ T: task({ Resource: 'toString' }) })).error).toBe('States.Runtime');
  });

  test('whose integration has a bug ends in that bug, not in a failed execution', async () => {
    const buggy = async () => {
      throw new TypeError('bug');
    };
    await expect(
      run({ T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T2' }] }), T2: task() }, { task: buggy }),
    ).rejects.toThrow('bug');
  });
});

describe('Wait', () => {
  test.each([
    [{ Seconds: 30 }, {}, [30]],
    [{ SecondsPath: '$.s' }, { s: 12 }, [12]],
    [{ Timestamp: '2026-12-01T00:01:00Z' }, {}, [60]],
    [{ TimestampPath: '$.t' }, { t: '2026-12-01T01:00:00Z' }, [3600]],
    [{ Timestamp: '2020-01-01T00:00:00Z' }, {}, [0]],
  ])('%j waits so long', async (fields, input, expected) => {
    const { seconds, output } = await run({ W: { Type: 'Wait', ...fields, End: true } }, { input });
    expect([seconds, output]).toEqual([expected, input]);
  });

  test('with something else than a time is a States.Runtime failure', async () => {
    expect((await run({ W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { input: { s: 'x' } })).error).toBe(
      'States.Runtime',
    );
  });
});

describe('Fail', () => {
  test('ends with its Error and Cause', async () => {
    expect(await run({ F: { Type: 'Fail', Error: 'E', Cause: 'C' } })).toMatchObject({
      status: 'FAILED',
      error: 'E',
      cause: 'C',
    });
  });

  test('or with those that its paths lead to', async () => {
    const state = { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' };
    expect(await run({ F: state }, { input: { error: { Error: 'E2', Cause: 'C2' } } })).toMatchObject({
      error: 'E2',
      cause: 'C2',
    });
    expect((await run({ F: state }, { input: { error: { Error: 1, Cause: 'C' } } })).error).toBe('States.Runtime');
  });
});

test('Succeed ends with OutputPath’s part', async () => {
  const { status, output } = await run({ S: { Type: 'Succeed', OutputPath: '$.a' } }, { input: { a: { b: 1 } } });
  expect([status, output]).toEqual(['SUCCEEDED', { b: 1 }]);
});

test('Pass fills its Parameters, and goes on with InputPath’s part', async () => {
  expect(
    (await run({ P: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true } }, { input: { b: 1 } })).output,
  ).toEqual({ a: 1 });
  expect((await run({ P: { Type: 'Pass', InputPath: '$.b', End: true } }, { input: { b: { c: 1 } } })).output).toEqual({
    c: 1,
  });
});

describe('the end from outside', () => {
  test('the machine’s timeout ends it TIMED_OUT, and no Catch sees it', async () => {
    const time = createSteppingClock();
    const { status, visited } = await run(
      { T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] }), S: { Type: 'Succeed' } },
      {
        time,
        task: () => {
          time.deadlines.find(({ milliseconds }) => milliseconds === 60_000)?.expire();
          return new Promise(() => {});
        },
      },
      { TimeoutSeconds: 60 },
    );
    expect([status, visited]).toEqual(['TIMED_OUT', ['T']]);
  });

  test('time that was skipped counts for the machine’s timeout', async () => {
    const states = { W: { Type: 'Wait', Seconds: 61, Next: 'S' }, S: { Type: 'Succeed' } };
    expect((await run(states, {}, { TimeoutSeconds: 60 })).status).toBe('TIMED_OUT');
    expect((await run(states, {}, { TimeoutSeconds: 61 })).status).toBe('SUCCEEDED');
  });

  test('an abort ends it ABORTED at once, while a task is at work', async () => {
    const abort = new AbortController();
    const { status } = await run(
      { T: task({ Retry: [{ ErrorEquals: ['States.ALL'] }] }) },
      {
        signal: abort.signal,
        task: () => {
          abort.abort();
          return new Promise(() => {});
        },
      },
    );
    expect(status).toBe('ABORTED');
  });
});

test('more than 256 KiB of data is States.DataLimitExceeded, which nothing catches', async () => {
  const states = (Result: string) => ({
    P: { Type: 'Pass', Result, Next: 'T' },
    T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }], End: undefined, Next: 'S' }),
    S: { Type: 'Succeed' },
  });
  expect((await run(states('ü'.repeat(131_072)))).error).toBe('States.DataLimitExceeded');
  expect((await run(states('ü'.repeat(131_071)))).status).toBe('SUCCEEDED');
  const grow = async () => 'x'.repeat(262_144);
  expect((await run(states('small'), { task: grow })).error).toBe('States.DataLimitExceeded');
});

test('a path that leads to nothing is States.Runtime, which nothing catches', async () => {
  const states = {
    T: task({ Parameters: { 'a.$': '$.absent' }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] }),
    S: { Type: 'Succeed' },
  };
  expect(await run(states)).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: expect.stringContaining('$.absent'),
  });
});

test('an error that an integration names is the execution’s error', async () => {
  const refuse = async () => {
    throw new StatesError('Custom', 'because');
  };
  expect(await run({ T: task() }, { task: refuse })).toMatchObject({ error: 'Custom', cause: 'because' });
});
