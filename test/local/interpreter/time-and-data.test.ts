import type { Clock } from '../../../functions/contract/ports';
import { StatesError } from '../../../local/interpreter/states-error';
import { createSteppingClock, failing, run, task } from './run';

const end = { S: { Type: 'Succeed' } };
const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] };

describe('a task’s time', () => {
  const taking = (milliseconds: number, fail?: StatesError) => {
    const time = createSteppingClock();
    return {
      time,
      task: async () => {
        time.pass(milliseconds);
        if (fail) throw fail;
        return 'done';
      },
    };
  };

  test('is not over at its last millisecond', async () => {
    expect((await run({ T: task({ TimeoutSeconds: 7 }) }, taking(7_000))).output).toBe('done');
  });

  test('is over for a failure that comes too late, too', async () => {
    const late = taking(7_001, new StatesError('E', 'the cause'));
    expect((await run({ T: task({ TimeoutSeconds: 7 }) }, late)).error).toBe('States.Timeout');
    const early = taking(7_000, new StatesError('E', 'the cause'));
    expect((await run({ T: task({ TimeoutSeconds: 7 }) }, early)).error).toBe('E');
  });

  test('starts anew with each retry', async () => {
    const time = createSteppingClock();
    const durations = [8_000, 6_000];
    const slow = async () => {
      time.pass(durations.shift() ?? 0);
      return 'done';
    };
    const states = { T: task({ TimeoutSeconds: 7, Retry: [{ ErrorEquals: ['States.Timeout'] }] }) };
    expect(await run(states, { time, task: slow })).toMatchObject({ status: 'SUCCEEDED', seconds: [1] });
  });

  test('does not matter when the machine’s own was over before', async () => {
    const { status, history } = await run({ T: task({ TimeoutSeconds: 90, ...catchAll }), ...end }, taking(91_000), {
      TimeoutSeconds: 60,
    });
    expect([status, history.at(-2)?.type]).toEqual(['TIMED_OUT', 'TaskStarted']);
  });

  test('and a failure after the machine’s own is no failure of the execution', async () => {
    const late = taking(61_000, new StatesError('E', 'the cause'));
    expect((await run({ T: task() }, late, { TimeoutSeconds: 60 })).status).toBe('TIMED_OUT');
  });
});

describe('waiting', () => {
  /** A clock on which nobody ever wakes up. */
  const sleeping = (asleep: () => void) => {
    const time = createSteppingClock();
    const signals: (AbortSignal | undefined)[] = [];
    const clock: Clock = {
      ...time.clock,
      sleep: (_, signal) => {
        signals.push(signal);
        asleep();
        return new Promise(() => {});
      },
    };
    return { ...time, clock, signals };
  };

  const waits = [
    ['a Wait', { W: { Type: 'Wait', Seconds: 5, End: true } }],
    ['the wait before a retry', { T: task({ Retry: [{ ErrorEquals: ['E'] }] }) }],
  ] as const;

  test.each(waits)('an abort ends %s, and the clock hears of it', async (_, states) => {
    const abort = new AbortController();
    const time = sleeping(() => setImmediate(() => abort.abort()));
    const { status, history } = await run(states, { time, signal: abort.signal, task: failing('E') });
    expect([status, history.at(-1)?.type]).toEqual(['ABORTED', 'ExecutionAborted']);
    // As on AWS: it follows from no other event.
    expect(history.at(-1)?.previousEventId).toBe(0);
    // A timer of minutes would keep the process.
    expect(time.signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test.each(waits)('the end of the machine’s own time ends %s, and the clock hears of it', async (_, states) => {
    const time = sleeping(() => setImmediate(() => time.deadlines[0]?.expire()));
    const { status } = await run(states, { time, task: failing('E') }, { TimeoutSeconds: 60 });
    expect([status, ...time.signals.map((signal) => signal?.aborted)]).toEqual(['TIMED_OUT', true]);
  });
});

describe('a Wait', () => {
  test.each([-1, 1.5, '5', null])('for %j seconds is States.Runtime', async (s) => {
    const { error, seconds } = await run({ W: { Type: 'Wait', SecondsPath: '$.s', End: true } }, { input: { s } });
    expect([error, seconds]).toEqual(['States.Runtime', []]);
  });

  test.each(['2026-12-01T00:01:00', '2026-12-01 00:01:00Z', '2026-13-01T00:01:00Z', '2026', 60])(
    'until %j is States.Runtime',
    async (t) => {
      const { error } = await run({ W: { Type: 'Wait', TimestampPath: '$.t', End: true } }, { input: { t } });
      expect(error).toBe('States.Runtime');
    },
  );

  test('until a time with an offset', async () => {
    const states = { W: { Type: 'Wait', TimestampPath: '$.t', End: true } };
    expect((await run(states, { input: { t: '2026-12-01T02:00:30.500+02:00' } })).seconds).toEqual([30.5]);
  });
});

describe('failures of the machine itself', () => {
  test('States.Runtime is not caught by its own name either', async () => {
    const states = {
      T: task({ OutputPath: '$.absent', Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'S' }] }),
      ...end,
    };
    expect(await run(states)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('States.DataLimitExceeded is caught by its name, not by States.TaskFailed', async () => {
    const states = (name: string) => ({ T: task({ Catch: [{ ErrorEquals: [name], Next: 'S' }] }), ...end });
    const large = async () => 'x'.repeat(262_144);
    expect((await run(states('States.DataLimitExceeded'), { task: large })).visited).toEqual(['T', 'S']);
    expect((await run(states('States.TaskFailed'), { task: large })).status).toBe('FAILED');
  });

  test('Parameters may be too large, though the input is not', async () => {
    const Parameters = { 'a.$': '$.a', 'b.$': '$.a' };
    const { error, history } = await run({ T: task({ Parameters }) }, { input: { a: 'x'.repeat(131_072) } });
    expect([error, history.at(-2)?.type]).toEqual(['States.DataLimitExceeded', 'TaskStateEntered']);
  });

  test('States.NoChoiceMatched ends the execution', async () => {
    const states = { C: { Type: 'Choice', Choices: [{ Variable: '$.v', IsNull: true, Next: 'S' }] }, ...end };
    expect(await run(states, { input: { v: 1 } })).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });
});

describe('ResultPath', () => {
  test('replaces an item of a list', async () => {
    const states = { P: { Type: 'Pass', Result: 'new', ResultPath: '$.list[1].x', End: true } };
    expect((await run(states, { input: { list: [1, { x: 'old', y: 2 }] } })).output).toEqual({
      list: [1, { x: 'new', y: 2 }],
    });
  });

  test.each([
    ['$.list[2]', { list: [1, 2] }],
    ['$.list.x', { list: [1, 2] }],
    ['$.a.b', { a: 'text' }],
    ['$.a', 'text'],
  ])('%s that does not fit %j is States.ResultPathMatchFailure, which a Task may catch', async (ResultPath, input) => {
    const pass = { P: { Type: 'Pass', ResultPath, End: true } };
    expect((await run(pass, { input })).error).toBe('States.ResultPathMatchFailure');
    expect((await run({ T: task({ ResultPath, ...catchAll }), ...end }, { input })).visited).toEqual(['T', 'S']);
  });
});

describe('data', () => {
  test('a Result of null is a result', async () => {
    expect((await run({ P: { Type: 'Pass', Result: null, End: true } }, { input: { a: 1 } })).output).toBeNull();
  });

  test('without an input it is an empty object', async () => {
    expect((await run(end, { input: undefined })).output).toEqual({});
  });

  test('no task can change what others see', async () => {
    const input = { list: [1] };
    const states = {
      P: { Type: 'Pass', Result: { fixed: [1] }, ResultPath: '$.made', Next: 'T' },
      T: task({ ResultPath: null, End: undefined, Next: 'Again?' }),
      'Again?': { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: false, Next: 'Once' }], Default: 'S' },
      Once: { Type: 'Pass', Result: true, ResultPath: '$.stop', Next: 'P' },
      ...end,
    };
    const meddle = async (parameters: unknown) => {
      const { list, made } = parameters as { list: number[]; made: { fixed: number[] } };
      list.push(2);
      made.fixed.push(2);
    };
    const { output } = await run(states, { input, task: meddle });
    expect(output).toEqual({ list: [1], made: { fixed: [1] }, stop: true });
    expect(input).toEqual({ list: [1] });
  });

  test('who changes an output does not change the definition', async () => {
    const states = { P: { Type: 'Pass', Result: [1], End: true } };
    const { output } = await run(states);
    (output as number[]).push(2);
    expect((await run(states)).output).toEqual([1]);
  });

  test('InputPath null gives an empty object', async () => {
    expect((await run({ T: task({ InputPath: null }) }, { input: { a: 1 } })).output).toEqual({});
  });

  test('EnteredTime is when the state was entered, StartTime when the execution was', async () => {
    const Parameters = { 'entered.$': '$$.State.EnteredTime', 'started.$': '$$.Execution.StartTime' };
    const states = { W: { Type: 'Wait', Seconds: 5, Next: 'T' }, T: task({ Parameters }) };
    expect((await run(states)).output).toEqual({
      entered: '2026-12-01T00:00:05.000Z',
      started: '2026-12-01T00:00:00.000Z',
    });
  });
});

describe('a Choice by path', () => {
  const choose = async (operator: string, input: object) => {
    const rule = { Variable: '$.v', [operator]: '$.w', Next: 'S' };
    const { visited, error } = await run(
      { C: { Type: 'Choice', Choices: [rule], Default: 'No' }, ...end, No: { Type: 'Succeed' } },
      { input },
    );
    return error ?? visited[1];
  };

  test.each([
    ['StringEqualsPath', 'a', 'a', 'b'],
    ['BooleanEqualsPath', false, false, true],
    ['NumericEqualsPath', 1, 1, '1'],
    ['NumericLessThanPath', 1, 2, 1],
    ['NumericLessThanEqualsPath', 1, 1, 0],
    ['NumericGreaterThanPath', 1, 0, 1],
    ['NumericGreaterThanEqualsPath', 1, 1, 2],
  ])('%s: %j holds against %j and not against %j', async (operator, value, yes, no) => {
    expect(await choose(operator, { v: value, w: yes })).toBe('S');
    expect(await choose(operator, { v: value, w: no })).toBe('No');
  });

  test('either side that leads to nothing is States.Runtime', async () => {
    expect(await choose('StringEqualsPath', { v: 'a' })).toBe('States.Runtime');
    expect(await choose('StringEqualsPath', { w: 'a' })).toBe('States.Runtime');
  });
});
