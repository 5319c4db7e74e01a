import { parsePath } from '../../../local/interpreter/paths';
import { end, failing, run, task } from './run';

test.each<[string, ReturnType<typeof parsePath>]>([
  ['$', { root: 'data', fields: [] }],
  ['$.a.b_c', { root: 'data', fields: ['a', 'b_c'] }],
  ['$$', { root: 'context', fields: [] }],
  ['$$.Execution.Id', { root: 'context', fields: ['Execution', 'Id'] }],
  ['$name', { root: 'variables', fields: ['name'] }],
  ['$_größe.a-b', { root: 'variables', fields: ['_größe', 'a-b'] }],
])('%s is a path', (path, expected) => {
  expect(parsePath(path)).toEqual(expected);
});

test.each([
  '',
  'a',
  '.a',
  '$.',
  '$..a',
  '$.*',
  '$[*]',
  '$.a[0]',
  "$['a']",
  '$.a[?(@.b)]',
  '$.a b',
  '$1a',
  '$a-b',
  '$a[0]',
  '$states',
  '$states.input',
  '$$$',
  '$$a',
  "States.Format('{}', $.a)",
])('%j is not a supported path', (path) => {
  expect(() => parsePath(path)).toThrow(`${path} is not a supported path`);
});

test.each([
  ['$.a.b', { a: null }],
  ['$.a.length', { a: 'text' }],
  ['$.a.length', { a: [1] }],
  ['$.toString', {}],
])('%s of %j leads to nothing: States.Runtime', async (path, input) => {
  const { error, cause } = await run({ S: { Type: 'Succeed', OutputPath: path } }, { input });
  expect([error, cause]).toEqual(['States.Runtime', `The path ${path} leads to nothing.`]);
});

test.each([
  ['Succeed', 'OutputPath', {}],
  ['Fail', 'ErrorPath', { CausePath: '$$.State.Name' }],
  ['Fail', 'CausePath', { ErrorPath: '$$.State.Name' }],
])('a path that leads to nothing ends a %s by its %s with States.Runtime', async (Type, field, fields) => {
  expect((await run({ X: { Type, ...fields, [field]: '$.absent' } })).error).toBe('States.Runtime');
});

test('no catcher sees a path that leads to nothing, not even by the name of the error', async () => {
  for (const name of ['States.ALL', 'States.Runtime']) {
    const Catch = [{ ErrorEquals: [name], Next: 'S' }];
    for (const fields of [{ Parameters: { 'a.$': '$.absent' } }, { ResultSelector: { 'a.$': '$.absent' } }]) {
      expect(await run({ T: task({ ...fields, Catch }), ...end })).toMatchObject({
        status: 'FAILED',
        error: 'States.Runtime',
        cause: expect.stringContaining('$.absent'),
      });
    }
  }
});

describe('Parameters', () => {
  test('are filled at every depth', async () => {
    const Parameters = { 'a.$': '$.a', nested: { 'name.$': '$$.State.Name' }, list: ['$.a', { 'a.$': '$.a' }] };
    expect((await run({ T: task({ Parameters }), ...end }, { input: { a: [2] } })).output).toEqual({
      a: [2],
      nested: { name: 'T' },
      list: ['$.a', { a: [2] }],
    });
  });

  test('without .$ are taken as they are, also if they look like a path', async () => {
    const Parameters = { path: '$.a', none: null, flag: false, 'b.c': 1 };
    expect((await run({ T: task({ Parameters }), ...end }, { input: { a: 1 } })).output).toEqual(Parameters);
  });

  test('that are missing pass the input as it is, also if it looks like a template', async () => {
    const input = { 'a.$': '$.b', b: 1 };
    expect((await run({ T: task(), ...end }, { input })).output).toEqual(input);
  });
});

describe('ResultPath', () => {
  const states = (ResultPath: string | null) => ({ T: task({ ResultPath }), ...end });
  const result = { task: async () => 1 };

  test.each([
    ['$', { a: 1 }, 1],
    ['$.a', { a: { b: 2 }, c: 3 }, { a: 1, c: 3 }],
    ['$.a.b.c', { a: { x: 1 } }, { a: { x: 1, b: { c: 1 } } }],
    ['$.a.b', { a: null }, { a: { b: 1 } }],
    [null, { a: 2 }, { a: 2 }],
  ])('%s of %j gives %j', async (ResultPath, input, output) => {
    expect((await run(states(ResultPath), { ...result, input })).output).toEqual(output);
  });

  test.each([
    ['$.list.x', { list: [1, 2] }],
    ['$.a.b', { a: 'text' }],
    ['$.a', 'text'],
  ])('%s that does not fit %j is States.ResultPathMatchFailure, which can be caught', async (ResultPath, input) => {
    expect((await run(states(ResultPath), { ...result, input })).error).toBe('States.ResultPathMatchFailure');
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
    const caught = { T: task({ ResultPath, Catch }), ...end, Caught: { Type: 'Succeed' } };
    expect((await run(caught, { ...result, input })).visited).toEqual(['T', 'Caught']);
  });
});

test('a catcher puts the error into the input, whatever Parameters pick', async () => {
  const Catch = [{ ErrorEquals: ['E'], ResultPath: '$.in.error', Next: 'S' }];
  const states = { T: task({ Parameters: { p: 1 }, Catch }), ...end };
  expect((await run(states, { task: failing('E'), input: { in: {} } })).output).toEqual({
    in: { error: { Error: 'E', Cause: 'the cause of E' } },
  });
});

describe('the context object', () => {
  test('is known to a task', async () => {
    const states = { T: task({ Parameters: { 'context.$': '$$' } }), ...end };
    expect((await run(states, { input: { a: 1 }, roleArn: 'arn:role' })).output).toEqual({
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

  test('keeps the input and the time that the execution started with', async () => {
    const Parameters = {
      'first.$': '$$.Execution.Input',
      'now.$': '$',
      'started.$': '$$.Execution.StartTime',
      'entered.$': '$$.State.EnteredTime',
    };
    const states = {
      Retried: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 5 }], ResultPath: '$.b', Next: 'T' }),
      T: task({ Parameters }),
      ...end,
    };
    expect((await run(states, { input: { a: 1 }, task: failing('E') })).output).toEqual({
      first: { a: 1 },
      now: { a: 1, b: { a: 1 } },
      started: '2026-12-01T00:00:00.000Z',
      entered: '2026-12-01T00:00:05.000Z',
    });
  });
});

describe('the data', () => {
  test('is an empty object without an input', async () => {
    expect((await run(end, { input: undefined })).output).toEqual({});
  });

  test('is never shared: no task can change what others see', async () => {
    const input = { list: [1], again: true };
    const Parameters = { 'list.$': '$.list', fixed: [1] };
    const states = {
      P: { Type: 'Pass', Parameters: { 'list.$': '$.list', made: { fixed: [1] } }, Next: 'T' },
      T: task({ Parameters, ResultPath: null, Next: 'U' }),
      U: task({ Parameters, ResultPath: '$.seen' }),
      ...end,
    };
    const change = async (parameters: unknown) => {
      const { list, fixed } = parameters as { list: number[]; fixed: number[] };
      const seen = { list: [...list], fixed: [...fixed] };
      list.push(2);
      fixed.push(2);
      return seen;
    };
    const { output } = await run(states, { input, task: change });
    expect(output).toEqual({ list: [1], made: { fixed: [1] }, seen: { list: [1], fixed: [1] } });
    expect(input.list).toEqual([1]);
    expect(states.P.Parameters.made.fixed).toEqual([1]);
  });

  test('of 262144 bytes is accepted, one more is States.DataLimitExceeded', async () => {
    // The quotes count, too.
    const text = (bytes: number) => ({ task: async () => 'x'.repeat(bytes - 2) });
    expect((await run({ T: task(), ...end }, text(262_144))).status).toBe('SUCCEEDED');
    expect((await run({ T: task(), ...end }, text(262_145))).error).toBe('States.DataLimitExceeded');
    const wide = (letters: number) => ({ task: async () => 'ü'.repeat(letters) });
    expect((await run({ T: task(), ...end }, wide(131_071))).status).toBe('SUCCEEDED');
    expect((await run({ T: task(), ...end }, wide(131_072))).error).toBe('States.DataLimitExceeded');
  });

  test('may be too large in Parameters, although the input is not', async () => {
    const Parameters = { 'a.$': '$.a', 'b.$': '$.a' };
    const { error, history } = await run({ T: task({ Parameters }), ...end }, { input: { a: 'x'.repeat(131_072) } });
    expect([error, history.at(-2)?.type]).toEqual(['States.DataLimitExceeded', 'TaskStateEntered']);
  });

  const caughtBy = (name: string, more = {}) => ({
    T: task({ Catch: [{ ErrorEquals: [name], Next: 'Caught' }], ...more }),
    ...end,
    Caught: { Type: 'Succeed' },
  });

  test.each(['States.DataLimitExceeded', 'States.ALL'])(
    'that is too large as the result of a Task is caught by %s',
    async (name) => {
      const large = { task: async () => 'x'.repeat(262_144) };
      expect((await run(caughtBy(name), large)).visited).toEqual(['T', 'Caught']);
    },
  );

  test('that is too large elsewhere is caught by the name of the error only', async () => {
    const Parameters = { 'a.$': '$.a', 'b.$': '$.a' };
    const large = { input: { a: 'x'.repeat(131_072) } };
    expect((await run(caughtBy('States.DataLimitExceeded', { Parameters }), large)).visited).toEqual(['T', 'Caught']);
    expect((await run(caughtBy('States.ALL', { Parameters }), large)).status).toBe('FAILED');
  });
});
