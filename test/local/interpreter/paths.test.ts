import { parsePath } from '../../../local/interpreter/paths';
import { failing, run, task } from './run';

const end = { S: { Type: 'Succeed' } };

test.each([
  '',
  'a',
  '.a',
  '$a',
  '$.',
  '$..a',
  '$.*',
  '$[*]',
  '$.a[-1]',
  '$.a[0:1]',
  '$.a[?(@.b)]',
  '$.a b',
  "$['']",
  "$['a'",
  '$$$',
  '$$a',
  "States.Format('{}', $.a)",
])('%j is no reference path', (path) => {
  expect(() => parsePath(path)).toThrow(`${path} is no reference path`);
});

test('a path tells the state’s data from the context object', () => {
  expect(['$', '$.a', '$$', '$$.State'].map((path) => parsePath(path).context)).toEqual([false, false, true, true]);
});

describe('a path that leads to nothing', () => {
  test.each([
    ['$.a.b', { a: null }],
    ['$.a.length', { a: 'text' }],
    ['$.a.length', { a: [1] }],
    ['$.a[0]', { a: 'text' }],
    ['$.a[0]', { a: { 0: 1 } }],
    ['$.a[1]', { a: [1] }],
    ['$.toString', {}],
  ])('%s of %j', async (InputPath, input) => {
    const { error, cause } = await run({ P: { Type: 'Pass', InputPath, End: true } }, { input });
    expect([error, cause]).toEqual(['States.Runtime', expect.stringContaining(InputPath)]);
  });

  test.each([
    ['Succeed', 'InputPath', {}],
    ['Succeed', 'OutputPath', {}],
    ['Pass', 'OutputPath', { End: true }],
    ['Wait', 'InputPath', { Seconds: 1, End: true }],
    ['Wait', 'OutputPath', { Seconds: 1, End: true }],
    ['Wait', 'SecondsPath', { End: true }],
    ['Wait', 'TimestampPath', { End: true }],
    ['Fail', 'ErrorPath', {}],
    ['Fail', 'CausePath', {}],
  ])('ends a %s by its %s with States.Runtime', async (Type, field, fields) => {
    expect((await run({ X: { Type, ...fields, [field]: '$.absent' } })).error).toBe('States.Runtime');
  });
});

test.each([
  ['Succeed', {}],
  ['Pass', { End: true }],
  ['Wait', { Seconds: 1, End: true }],
])('a %s gives on OutputPath’s part of InputPath’s part', async (Type, fields) => {
  const state = { Type, InputPath: '$.in', OutputPath: '$.out', ...fields };
  expect((await run({ X: state }, { input: { in: { out: [1] }, out: [2] } })).output).toEqual([1]);
  expect((await run({ X: { ...state, InputPath: null, OutputPath: '$' } }, { input: { a: 1 } })).output).toEqual({});
  expect((await run({ X: { ...state, OutputPath: null } }, { input: { in: { a: 1 } } })).output).toEqual({});
});

test('InputPath and OutputPath may lead into the context object', async () => {
  expect((await run({ P: { Type: 'Pass', InputPath: '$$.State.Name', End: true } })).output).toBe('P');
  expect((await run({ T: task({ OutputPath: '$$.Execution.Name' }) })).output).toBe('execution-1');
});

test('a state that is no Task has been retried 0 times', async () => {
  expect((await run({ P: { Type: 'Pass', InputPath: '$$.State.RetryCount', End: true } })).output).toBe(0);
});

test('RetryCount counts the retries of all retriers, and anew when the state is entered again', async () => {
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

test('Execution.Input stays what the execution was started with', async () => {
  const states = {
    P: { Type: 'Pass', Result: 'other', Next: 'T' },
    T: task({ Parameters: { 'first.$': '$$.Execution.Input', 'now.$': '$' } }),
  };
  expect((await run(states, { input: { a: 1 } })).output).toEqual({ first: { a: 1 }, now: 'other' });
});

test('Parameters without .$ are taken as they stand, also what looks like a path', async () => {
  const Parameters = { path: '$.a', none: null, flag: false, 'b.c': 1, list: ['$.a', { 'a.$': '$.a' }] };
  expect((await run({ T: task({ Parameters }) }, { input: { a: 1 } })).output).toEqual({
    path: '$.a',
    none: null,
    flag: false,
    'b.c': 1,
    list: ['$.a', { a: 1 }],
  });
});

test('a Pass puts its Result at ResultPath; its Parameters do not count then', async () => {
  const state = { Type: 'Pass', Parameters: { b: 2 }, Result: 3, ResultPath: '$.x', End: true };
  expect((await run({ P: state }, { input: { a: 1 } })).output).toEqual({ a: 1, x: 3 });
});

test('a Pass with ResultPath null gives on its raw input, whatever InputPath picked', async () => {
  const state = { Type: 'Pass', InputPath: '$.in', Result: 3, ResultPath: null, End: true };
  expect((await run({ P: state }, { input: { in: 1, a: 2 } })).output).toEqual({ in: 1, a: 2 });
});

test('ResultPath replaces what is there, and makes objects out of null', async () => {
  const states = (ResultPath: string) => ({ P: { Type: 'Pass', Result: 1, ResultPath, End: true } });
  expect((await run(states('$.a'), { input: { a: { b: 2 }, c: 3 } })).output).toEqual({ a: 1, c: 3 });
  expect((await run(states('$.a.b'), { input: { a: null } })).output).toEqual({ a: { b: 1 } });
  expect((await run(states("$['a b'].c"), { input: {} })).output).toEqual({ 'a b': { c: 1 } });
});

test('ResultSelector sees the result and the context object, not the input', async () => {
  const selector = { 'x.$': '$.x', 'state.$': '$$.State.Name', fixed: true };
  const given = { input: { x: 'input' }, task: async () => ({ x: 'result' }) };
  expect((await run({ T: task({ ResultSelector: selector }) }, given)).output).toEqual({
    x: 'result',
    state: 'T',
    fixed: true,
  });
});

test('a Catch puts the error into the raw input, whatever InputPath and Parameters picked', async () => {
  const fields = { InputPath: '$.in', Parameters: { p: 1 }, OutputPath: '$.in' };
  const Catch = [{ ErrorEquals: ['E'], ResultPath: '$.in.error', Next: 'S' }];
  const { output } = await run({ T: task({ ...fields, Catch }), ...end }, { task: failing('E'), input: { in: {} } });
  expect(output).toEqual({ in: { error: { Error: 'E', Cause: 'the cause of E' } } });
});

test('the first Catch that fits is taken', async () => {
  const states = {
    T: task({
      Catch: [
        { ErrorEquals: ['A', 'B'], Next: 'S' },
        { ErrorEquals: ['B'], Next: 'Later' },
        { ErrorEquals: ['States.ALL'], Next: 'Last' },
      ],
    }),
    ...end,
    Later: { Type: 'Succeed' },
    Last: { Type: 'Succeed' },
  };
  expect((await run(states, { task: failing('B') })).visited).toEqual(['T', 'S']);
  expect((await run(states, { task: failing('C') })).visited).toEqual(['T', 'Last']);
});

test.each([
  ['$.a[0]', { a: { 0: 1 } }],
  ['$.a[0]', {}],
  ['$[0]', {}],
])('ResultPath %s makes no list out of %j', async (ResultPath, input) => {
  const states = { P: { Type: 'Pass', Result: 1, ResultPath, End: true } };
  expect((await run(states, { input })).error).toBe('States.ResultPathMatchFailure');
});

test('without a role the context object has an empty one', async () => {
  expect((await run({ P: { Type: 'Pass', InputPath: '$$.Execution.RoleArn', End: true } })).output).toBe('');
});

test('262144 bytes are not too much, one more is', async () => {
  // The quotes count, too.
  const states = (bytes: number) => ({ P: { Type: 'Pass', Result: 'x'.repeat(bytes - 2), End: true } });
  expect((await run(states(262_144))).status).toBe('SUCCEEDED');
  expect((await run(states(262_145))).error).toBe('States.DataLimitExceeded');
});
