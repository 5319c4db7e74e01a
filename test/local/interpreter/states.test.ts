import { StatesError } from '../../../local/interpreter/states-error';
import { createSteppingClock, end, run, task } from './run';

test('a machine runs from StartAt along Next to its end, and each output is the next input', async () => {
  const { status, output, visited } = await run(
    { One: { Type: 'Pass', Parameters: { a: 1, 'b.$': '$.start' }, Next: 'Two' }, Two: { Type: 'Succeed' } },
    { input: { start: true } },
  );
  expect([status, visited]).toEqual(['SUCCEEDED', ['One', 'Two']]);
  expect(output).toEqual({ a: 1, b: true });
});

describe('a Task', () => {
  test('puts its result at ResultPath of the input', async () => {
    const fields = { Parameters: { 'p.$': '$.in.a' }, ResultPath: '$.in.out' };
    const { output } = await run({ T: task(fields), ...end }, { input: { in: { a: 1 }, other: 2 } });
    expect(output).toEqual({ in: { a: 1, out: { p: 1 } }, other: 2 });
  });

  test('with a ResultSelector picks from the result and the context object, not from the input', async () => {
    const ResultSelector = { 'x.$': '$.deep.x', 'state.$': '$$.State.Name', fixed: true };
    const given = { input: { deep: { x: 'input' } }, task: async () => ({ deep: { x: 3, y: 4 } }) };
    expect((await run({ T: task({ ResultSelector }), ...end }, given)).output).toEqual({
      x: 3,
      state: 'T',
      fixed: true,
    });
  });

  test('without a result gives null, and what JSON cannot hold is lost', async () => {
    const states = { T: task(), ...end };
    expect((await run(states, { task: async () => undefined })).output).toBeNull();
    expect((await run(states, { task: async () => ({ a: undefined, b: new Date(0) }) })).output).toEqual({
      b: '1970-01-01T00:00:00.000Z',
    });
  });

  test('without an integration for its resource is a States.Runtime failure', async () => {
    const Resource = 'arn:aws:states:::sns:publish';
    expect((await run({ T: task({ Resource }), ...end })).error).toBe('States.Runtime');
  });

  test('fails with the error that the integration names', async () => {
    const refuse = async () => {
      throw new StatesError('Custom', 'because');
    };
    expect(await run({ T: task(), ...end }, { task: refuse })).toMatchObject({ error: 'Custom', cause: 'because' });
  });

  test.each([
    [
      'throws at once',
      () => {
        throw new TypeError('bug');
      },
    ],
    ['rejects with', () => Promise.reject(new TypeError('bug'))],
  ])('whose integration %s a bug ends in that bug, and no deadline is left', async (_, buggy) => {
    const time = createSteppingClock();
    const all = [{ ErrorEquals: ['States.ALL'] }];
    const states = { T: task({ TimeoutSeconds: 7, Retry: all, Catch: [{ ...all[0], Next: 'S' }] }), ...end };
    await expect(run(states, { time, task: buggy }, { TimeoutSeconds: 60 })).rejects.toThrow(TypeError);
    expect(time.deadlines.map(({ cancelled }) => cancelled)).toEqual([true, true]);
  });
});

describe('a Choice', () => {
  /** The state that a Choice with these rules leads to, or its error. */
  const choose = async (input: unknown, ...rules: object[]) => {
    const Choices = rules.map((rule, index) => ({ Next: `Rule ${index}`, ...rule }));
    const states = {
      C: { Type: 'Choice', Choices, Default: 'Default' },
      Default: { Type: 'Succeed' },
      ...Object.fromEntries(Choices.map(({ Next }) => [Next, { Type: 'Succeed' }])),
    };
    const { visited, error } = await run(states, { input });
    return error ?? visited[1];
  };

  test.each([
    [{ StringEquals: 'a' }, 'a', ['b', 'A', '', null, ['a']]],
    [{ StringEquals: '1' }, '1', [1]],
    [{ StringEquals: '' }, '', [null, false, 0]],
    [{ BooleanEquals: true }, true, [false, 'true', 1]],
    [{ BooleanEquals: false }, false, [true, 'false', null, 0, '']],
  ])('with %j holds for %j and for none of %j', async (comparison, value, others) => {
    expect(await choose({ v: value }, { Variable: '$.v', ...comparison })).toBe('Rule 0');
    for (const other of others) {
      expect(await choose({ v: other }, { Variable: '$.v', ...comparison })).toBe('Default');
    }
  });

  test.each([{ StringEquals: 'a' }, { BooleanEquals: false }])(
    'with %j of a Variable that leads to nothing is States.Runtime',
    async (comparison) => {
      expect(await choose({}, { Variable: '$.v', ...comparison })).toBe('States.Runtime');
    },
  );

  test('follows the first rule that holds, and does not look at the ones after it', async () => {
    const rules = [
      { Variable: '$.a', StringEquals: 'x' },
      { Variable: '$$.State.Name', StringEquals: 'C' },
      { Variable: '$.absent', StringEquals: 'x' },
    ];
    expect(await choose({ a: 'x' }, ...rules)).toBe('Rule 0');
    expect(await choose({ a: 'y' }, ...rules)).toBe('Rule 1');
  });

  test('passes its input on', async () => {
    const states = {
      C: { Type: 'Choice', Choices: [{ Variable: '$.v', StringEquals: 'a', Next: 'S' }], Default: 'S' },
      ...end,
    };
    expect((await run(states, { input: { v: 'a', other: 1 } })).output).toEqual({ v: 'a', other: 1 });
  });
});

describe('a Pass', () => {
  test.each([
    [{}, { b: { c: 1 } }],
    [{ Parameters: { 'a.$': '$.b' } }, { a: { c: 1 } }],
  ])('with %j gives %j', async (fields, output) => {
    const states = { P: { Type: 'Pass', ...fields, Next: 'S' }, ...end };
    expect((await run(states, { input: { b: { c: 1 } } })).output).toEqual(output);
  });
});

test('a Succeed ends with the part of its input at OutputPath', async () => {
  const { status, output } = await run({ S: { Type: 'Succeed', OutputPath: '$.a' } }, { input: { a: { b: 1 } } });
  expect([status, output]).toEqual(['SUCCEEDED', { b: 1 }]);
});

test('a Fail ends with the error and cause that its paths lead to, which must be strings', async () => {
  const F = { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: '$.error.Cause' };
  const failed = await run({ F }, { input: { error: { Error: 'E', Cause: 'C' } } });
  expect([failed.status, failed.output, failed.error, failed.cause]).toEqual(['FAILED', undefined, 'E', 'C']);
  expect((await run({ F }, { input: { error: { Error: 1, Cause: 'C' } } })).error).toBe('States.Runtime');
  expect((await run({ F }, { input: { error: { Error: 'E', Cause: null } } })).error).toBe('States.Runtime');
});
