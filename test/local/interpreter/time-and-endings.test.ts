import type { Clock } from '../../../functions/contract/ports';
import { StatesError } from '../../../local/interpreter/states-error';
import { createSteppingClock, end, failing, run, task } from './run';

const typesOf = ({ history }: Awaited<ReturnType<typeof run>>) => history.map(({ type }) => type);

/** A task that takes so long, and then succeeds or fails. */
const taking = (milliseconds: number, failure?: StatesError) => {
  const time = createSteppingClock();
  return {
    time,
    task: async () => {
      time.pass(milliseconds);
      if (failure) throw failure;
      return 'done';
    },
  };
};

const failure = () => new StatesError('E', 'the cause');
const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }] };

describe('the timeout of a task', () => {
  const states = { T: task({ TimeoutSeconds: 7 }), ...end };

  test('fails it with States.Timeout while it works', async () => {
    const time = createSteppingClock();
    const hang = () => {
      time.deadlines.find(({ milliseconds }) => milliseconds === 7_000)?.expire();
      return new Promise(() => {});
    };
    expect((await run(states, { time, task: hang })).error).toBe('States.Timeout');
  });

  test('counts for a result and for a failure that come too late with a clock that skips waits', async () => {
    expect((await run(states, taking(7_000))).output).toBe('done');
    expect((await run(states, taking(7_001))).error).toBe('States.Timeout');
    expect((await run(states, taking(7_000, failure()))).error).toBe('E');
    expect((await run(states, taking(7_001, failure()))).error).toBe('States.Timeout');
  });

  test('starts again with each retry', async () => {
    const time = createSteppingClock();
    const durations = [8_000, 6_000];
    const slow = async () => time.pass(durations.shift() ?? 0);
    const retried = { T: task({ TimeoutSeconds: 7, Retry: [{ ErrorEquals: ['States.Timeout'] }] }), ...end };
    expect(await run(retried, { time, task: slow })).toMatchObject({ status: 'SUCCEEDED', seconds: [1] });
  });

  test('does not matter if the machine’s timeout comes first', async () => {
    const { status, history } = await run({ T: task({ TimeoutSeconds: 90, ...catchAll }), ...end }, taking(91_000), {
      TimeoutSeconds: 60,
    });
    expect([status, history.at(-2)?.type]).toEqual(['TIMED_OUT', 'TaskStarted']);
  });

  test('that comes at the same time as the machine’s shows as an event, and the machine ends', async () => {
    const both = { T: task({ TimeoutSeconds: 60, ...catchAll }), ...end };
    const result = await run(both, taking(60_001), { TimeoutSeconds: 60 });
    expect([result.status, result.visited]).toEqual(['TIMED_OUT', ['T']]);
    expect(typesOf(result)).toContain('TaskTimedOut');
  });

  test('leaves no deadline behind, and without timeouts there is none', async () => {
    const time = createSteppingClock();
    await run(states, { time }, { TimeoutSeconds: 60 });
    expect(time.deadlines.map(({ cancelled }) => cancelled)).toEqual([true, true]);
    const without = createSteppingClock();
    await run({ T: task(), ...end }, { time: without });
    expect(without.deadlines).toEqual([]);
  });
});

describe('the machine’s timeout', () => {
  test('ends the execution while a task works, and no Catch sees it', async () => {
    const time = createSteppingClock();
    const hang = () => {
      time.deadlines.find(({ milliseconds }) => milliseconds === 60_000)?.expire();
      return new Promise(() => {});
    };
    const states = { T: task({ ...catchAll, Next: 'S' }), ...end };
    const result = await run(states, { time, task: hang }, { TimeoutSeconds: 60 });
    expect([result.status, result.output, result.error]).toEqual(['TIMED_OUT', undefined, undefined]);
    expect(result.visited).toEqual(['T']);
  });

  test('counts time that was skipped, and a failure that comes after it', async () => {
    const states = { T: task(catchAll), ...end };
    const machine = { TimeoutSeconds: 60 };
    expect((await run(states, taking(60_000), machine)).status).toBe('SUCCEEDED');
    expect((await run(states, taking(60_001), machine)).status).toBe('TIMED_OUT');
    expect((await run(states, taking(61_000, failure()), machine)).status).toBe('TIMED_OUT');
  });

  test('that comes in the delay before a retry allows no further attempt', async () => {
    let calls = 0;
    const fail = failing('E', 'E');
    const count = (parameters: unknown) => {
      calls += 1;
      return fail(parameters);
    };
    const states = { T: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 61 }], ...catchAll }), ...end };
    const result = await run(states, { task: count }, { TimeoutSeconds: 60 });
    expect([result.status, calls]).toEqual(['TIMED_OUT', 1]);
    expect(typesOf(result).slice(-2)).toEqual(['TaskFailed', 'ExecutionTimedOut']);
    expect(result.history.at(-1)?.executionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
  });
});

describe('an abort', () => {
  test('ends the execution at once while a task works', async () => {
    const abort = new AbortController();
    const hang = () => {
      abort.abort();
      return new Promise(() => {});
    };
    expect((await run({ T: task(), ...end }, { signal: abort.signal, task: hang })).status).toBe('ABORTED');
  });

  test('counts although the task succeeds', async () => {
    const abort = new AbortController();
    const last = async () => abort.abort();
    expect((await run({ T: task(), ...end }, { signal: abort.signal, task: last })).status).toBe('ABORTED');
  });

  test('ignores Retry and Catch of a task that fails', async () => {
    const abort = new AbortController();
    const fail = failing('E');
    const states = { T: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], ...catchAll }), ...end };
    const aborted = (parameters: unknown) => {
      abort.abort();
      return fail(parameters);
    };
    const { status, visited, retries } = await run(states, { signal: abort.signal, task: aborted });
    expect([status, visited, retries]).toEqual(['ABORTED', ['T'], []]);
  });

  test('before the start shows as an event without details', async () => {
    const { status, history } = await run(end, { signal: AbortSignal.abort() });
    expect([status, history.map(({ type }) => type)]).toEqual(['ABORTED', ['ExecutionStarted', 'ExecutionAborted']]);
    expect(history.at(-1)?.executionAbortedEventDetails).toEqual({});
  });

  test('shows the error and cause of its reason', async () => {
    const { error, history } = await run(end, { signal: AbortSignal.abort(failure()) });
    expect(error).toBe('E');
    expect(history.at(-1)?.executionAbortedEventDetails).toEqual({ error: 'E', cause: 'the cause' });
  });
});

describe('the delay before a retry', () => {
  /** A clock whose sleeps never end. */
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

  const states = { T: task({ Retry: [{ ErrorEquals: ['E'] }] }), ...end };

  test('ends with an abort, and the clock is told', async () => {
    const abort = new AbortController();
    const time = sleeping(() => setImmediate(() => abort.abort()));
    const { status, history } = await run(states, { time, signal: abort.signal, task: failing('E') });
    expect([status, history.at(-1)?.type]).toEqual(['ABORTED', 'ExecutionAborted']);
    // As on AWS: it follows from no other event.
    expect(history.at(-1)?.previousEventId).toBe(0);
    // A timer of minutes would keep the process alive.
    expect(time.signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test('ends with the machine’s timeout, and the clock is told', async () => {
    const time = sleeping(() => setImmediate(() => time.deadlines[0]?.expire()));
    const { status } = await run(states, { time, task: failing('E') }, { TimeoutSeconds: 60 });
    expect([status, ...time.signals.map((signal) => signal?.aborted)]).toEqual(['TIMED_OUT', true]);
  });
});

test('a result says when the execution started and stopped', async () => {
  const startedAt = Date.parse('2026-12-01T00:00:00Z');
  const times = { startedAt, stoppedAt: startedAt + 5_000 };
  const states = { T: task(), ...end };
  expect(await run(states, taking(5_000))).toMatchObject({ status: 'SUCCEEDED', ...times });
  expect(await run(states, taking(5_000, failure()))).toMatchObject({ status: 'FAILED', ...times });
  expect(await run(states, taking(5_000), { TimeoutSeconds: 4 })).toMatchObject({ status: 'TIMED_OUT', ...times });
});

test('a success has an output and no error, and no position to continue from', async () => {
  const success = await run(end, { input: { a: 1 } });
  expect([success.output, success.error, success.cause, success.reached]).toEqual([
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ]);
});
