import { loadDefinition } from '../../../local/interpreter/definition';
import { parsePath } from '../../../local/interpreter/paths';
import { run, task } from './run';

/** Where a choice with this one rule leads. */
const choose = async (rule: object, input: unknown) => {
  const { visited, error } = await run(
    {
      C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Succeed' },
      No: { Type: 'Succeed' },
    },
    { input },
  );
  return error ?? visited[1];
};

test.each([
  [{ StringEquals: 'a' }, 'a', 'b'],
  [{ StringEquals: '1' }, '1', 1],
  [{ BooleanEquals: true }, true, false],
  [{ BooleanEquals: false }, false, 'false'],
  [{ NumericEquals: 1 }, 1, '1'],
  [{ NumericLessThan: 1 }, 0, 1],
  [{ NumericLessThanEquals: 1 }, 1, 2],
  [{ NumericGreaterThan: 1 }, 2, 1],
  [{ NumericGreaterThanEquals: 1 }, 1, 0],
  [{ StringMatches: 'a*c' }, 'abbc', 'abbd'],
  [{ StringMatches: 'a\\*c' }, 'a*c', 'abc'],
  [{ StringMatches: 'a.c' }, 'a.c', 'abc'],
  [{ IsNull: true }, null, 0],
  [{ IsNull: false }, 0, null],
  [{ IsString: true }, '', 1],
  [{ IsNumeric: true }, 1, '1'],
  [{ IsBoolean: true }, false, 'false'],
])('%j holds for %j and not for %j', async (comparison, yes, no) => {
  expect(await choose({ Variable: '$.v', ...comparison }, { v: yes })).toBe('Yes');
  expect(await choose({ Variable: '$.v', ...comparison }, { v: no })).toBe('No');
});

test('IsPresent may ask for what is not there, and nothing else may', async () => {
  expect(await choose({ Variable: '$.v', IsPresent: true }, { v: null })).toBe('Yes');
  expect(await choose({ Variable: '$.v', IsPresent: true }, {})).toBe('No');
  expect(await choose({ Variable: '$.v', IsPresent: false }, {})).toBe('Yes');
  expect(await choose({ Variable: '$.v', IsNull: true }, {})).toBe('States.Runtime');
});

test('a comparison may be with what a path leads to', async () => {
  expect(await choose({ Variable: '$.v', StringEqualsPath: '$.w' }, { v: 'a', w: 'a' })).toBe('Yes');
  expect(await choose({ Variable: '$.v', NumericLessThanPath: '$.w' }, { v: 2, w: 1 })).toBe('No');
  expect(await choose({ Variable: '$.v', BooleanEqualsPath: '$$.Execution.Input.v' }, { v: true })).toBe('Yes');
});

test('And, Or and Not', async () => {
  const a = { Variable: '$.a', BooleanEquals: true };
  const b = { Variable: '$.b', BooleanEquals: true };
  expect(await choose({ And: [a, b] }, { a: true, b: false })).toBe('No');
  expect(await choose({ Or: [a, b] }, { a: false, b: true })).toBe('Yes');
  expect(await choose({ Not: { And: [a, b] } }, { a: true, b: false })).toBe('Yes');
});

test('the first rule that holds decides; if none does and there is no Default, States.NoChoiceMatched', async () => {
  const rule = (Next: string, value: number) => ({ Variable: '$.v', NumericLessThan: value, Next });
  const ends = { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } };
  const states = { C: { Type: 'Choice', Choices: [rule('A', 1), rule('B', 2)] }, ...ends };
  expect((await run(states, { input: { v: 0 } })).visited).toEqual(['C', 'A']);
  expect((await run(states, { input: { v: 1 } })).visited).toEqual(['C', 'B']);
  expect((await run(states, { input: { v: 2 } })).error).toBe('States.NoChoiceMatched');
});

const end = { S: { Type: 'Succeed' } };
const load =
  (states: Record<string, object>, machine: object = {}) =>
  () =>
    loadDefinition({ StartAt: Object.keys(states)[0], States: states, ...machine });

test.each([
  ['an unknown field of the machine', load(end, { Bogus: 1 }), /machine: Bogus/],
  ['JSONata', load(end, { QueryLanguage: 'JSONata' }), /JSONPath/],
  ['a state type', load({ M: { Type: 'Map', End: true } }), /M: the type Map/],
  ['a field of a state', load({ T: task({ HeartbeatSeconds: 1 }) }), /T: HeartbeatSeconds/],
  ['a field of a Retry', load({ T: task({ Retry: [{ ErrorEquals: ['E'], Bogus: 1 }] }) }), /T: Retry: Bogus/],
  [
    'a field of a Catch',
    load({ T: task({ Catch: [{ ErrorEquals: ['E'], Next: 'S', Bogus: 1 }] }), ...end }),
    /T: Catch: Bogus/,
  ],
  [
    'an intrinsic function',
    load({ T: task({ Parameters: { a: { 'b.$': "States.Format('{}', $.a)" } } }) }),
    /T: b\.\$: States\.Format/,
  ],
  ['a filter in a path', load({ T: task({ InputPath: '$.a[?(@.b)]' }) }), /T: InputPath/],
  [
    'a choice operator',
    load({ C: { Type: 'Choice', Choices: [{ Variable: '$.v', TimestampEquals: 'x', Next: 'S' }] }, ...end }),
    /C: TimestampEquals/,
  ],
  [
    'two operators in one rule',
    load({ C: { Type: 'Choice', Choices: [{ Variable: '$.v', IsNull: true, IsString: true, Next: 'S' }] }, ...end }),
    /C: .*exactly one/,
  ],
  ['a Choice without rules', load({ C: { Type: 'Choice', Default: 'S' }, ...end }), /C: Choices/],
  ['a Task without Resource', load({ T: { Type: 'Task', End: true } }), /T: Resource/],
  ['Next and End together', load({ T: task({ Next: 'S' }), ...end }), /T: .*exactly one of Next and End/],
  ['neither Next nor End', load({ P: { Type: 'Pass' } }), /P: .*exactly one of Next and End/],
  ['a way to nowhere', load({ P: { Type: 'Pass', Next: 'Nowhere' } }), /P leads to Nowhere/],
  ['a StartAt to nowhere', load(end, { StartAt: 'Nowhere' }), /StartAt leads to Nowhere/],
  ['a Catch to nowhere', load({ T: task({ Catch: [{ ErrorEquals: ['E'], Next: 'Nowhere' }] }) }), /T leads to Nowhere/],
  ['a state that cannot be reached', load({ ...end, Lost: { Type: 'Succeed' } }), /Lost cannot be reached/],
  [
    'States.ALL among others',
    load({ T: task({ Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] }) }),
    /T: Retry: States\.ALL/,
  ],
  ['an empty ErrorEquals', load({ T: task({ Retry: [{ ErrorEquals: [] }] }) }), /T: Retry: ErrorEquals/],
])('%s is refused when the definition is loaded, by its name', (_, loadIt, expected) => {
  expect(loadIt).toThrow(expected);
});

test.each([
  ['$', []],
  ['$.a.b_c', ['a', 'b_c']],
  ["$['a b'][0].c-d", ['a b', 0, 'c-d']],
  ['$$.Execution.Id', ['Execution', 'Id']],
])('%s is a reference path', (path, segments) => {
  expect(parsePath(path).segments).toEqual(segments);
});

test('a path sees own fields only', async () => {
  const states = {
    C: { Type: 'Choice', Choices: [{ Variable: '$.constructor', IsPresent: true, Next: 'S' }], Default: 'F' },
    ...end,
    F: { Type: 'Fail', Error: 'absent' },
  };
  expect((await run(states)).error).toBe('absent');
});

test('ResultPath makes the objects on its way, and does not go through anything else', async () => {
  const states = (ResultPath: string) => ({ P: { Type: 'Pass', Result: 1, ResultPath, End: true } });
  expect((await run(states('$.a.b.c'), { input: { a: { x: 1 } } })).output).toEqual({ a: { x: 1, b: { c: 1 } } });
  expect((await run(states('$.a.b'), { input: { a: [1] } })).error).toBe('States.ResultPathMatchFailure');
});
