import type { Figures } from '../../bench/measure';
import { tableOf } from '../../bench/table';

const usage = { transitions: 20, invocations: [100, 200], secretCalls: 7, logBytes: 0, events: 0, metrics: 0 };
const cost = { stepFunctions: 0.0005, lambda: 0, secretsManager: 0.25, watching: 0.000001, total: 12.5 };
const execution = { ...usage, scheduled: true, cost };
const loaded = { bytes: 200_400, milliseconds: 51.6, toFloor: 1.255, toWholeSdk: 0.1, biggest: [] };

const figures: Figures = {
  machine: { node: 'v24.0.0', platform: 'linux', arch: 'arm64', cpus: 2, cpu: undefined },
  effort: { imports: 3, warm: 5, cold: 4, growth: [1] },
  bundles: {
    functions: [{ ...loaded, name: 'Fetch', mostBytes: 240_000, biggest: [{ path: 'a/part', bytes: 9_000 }] }],
    baselines: [
      { ...loaded, name: 'floor', toFloor: 1 },
      { ...loaded, name: 'wholeSdk', bytes: 3_000_000 },
    ],
  },
  warm: {
    milliseconds: 300,
    leastMilliseconds: 200,
    toLeast: 1.5,
    bareMilliseconds: 240,
    bareToLeast: 1.2,
    toBare: 1.25,
    calls: { momentoRefresh: 1, momentoCheck: 2, secretReads: 8, secretWrites: 4 },
    transitions: 20,
    stateBytes: 4_200,
  },
  cold: {
    milliseconds: 1_000,
    singleFunctionMilliseconds: 750,
    toSingleFunction: 4 / 3,
    functions: [{ name: 'Fetch', startMilliseconds: 60, firstCallMilliseconds: 9 }],
  },
  memory: [{ name: 'Fetch', megabytes: 80.4, setting: 256, headroom: 3 }],
  cost: {
    rotation: execution,
    notDue: execution,
    singleFunction: execution,
    monthly: [
      {
        secrets: 10,
        schedule: 'daily',
        rotating: 1.005,
        notDue: 0.05,
        singleFunction: 0,
        storage: 4,
        alarms: 5.8,
      },
    ],
  },
  growth: [
    {
      executions: 1,
      rotated: 1,
      lost: 0,
      alerts: 0,
      medianSeconds: 0.22,
      seconds: 0.22,
      writes: 4,
      refused: { writes: 0, lists: 0, reads: 0 },
      untidied: 0,
      longestInHandSeconds: 0.01,
    },
    {
      executions: 100,
      rotated: 100,
      lost: 0,
      alerts: 0,
      medianSeconds: 5,
      seconds: 10,
      writes: 400,
      refused: { writes: 12, lists: 3, reads: 0 },
      untidied: 0,
      longestInHandSeconds: 2.5,
    },
  ],
};

const lines = tableOf(figures).split('\n');

/** The lines of a table, from the one that begins or ends so to the next empty one. */
const tableAt = (heading: string): string[] => {
  const start = lines.findIndex((line) => line.includes(heading));
  expect([heading, start]).not.toEqual([heading, -1]);
  const end = lines.indexOf('', start);
  return lines.slice(start, end);
};

test('a column is as wide as its widest cell: names are left-aligned, figures right-aligned', () => {
  expect(tableAt('to client alone')).toEqual([
    '                                   size  budget   load  to client alone  to all of SDK        memory',
    'Fetch                            200 kB  240 kB  52 ms            1.25x          0.10x  80 of 256 MB',
    'Secrets Manager’s client alone   200 kB          52 ms            1.00x          0.10x',
    'all of Momento’s SDK            3000 kB          52 ms            1.25x          0.10x',
  ]);
});

test('the cell of a missing budget or memory is empty', () => {
  const [, , floor = ''] = tableAt('to client alone');
  expect(floor.split(/ {2,}/)).toEqual(['Secrets Manager’s client alone', '200 kB', '52 ms', '1.00x', '0.10x']);
});

test('each time is beside its baseline, and the ratio has two decimals', () => {
  expect(tableAt('baseline').map((line) => line.split(/ {2,}/))).toEqual([
    ['', 'measured', 'baseline', 'ratio'],
    ['simulated, to its critical path', '220 ms', '200 ms', '1.10x'],
    ['warm, to its critical path', '300 ms', '200 ms', '1.50x'],
    ['warm, to the same calls without SDKs', '300 ms', '240 ms', '1.25x'],
    ['those calls, to the critical path', '240 ms', '200 ms', '1.20x'],
    ['cold, to a single function with all of the SDK', '1000 ms', '750 ms', '1.33x'],
    ['', 'Fetch: start, first call', '60 ms', '9 ms'],
  ]);
});

test('dollars have two decimals, amounts below ten cents six, and zero has no decimals', () => {
  expect(tableAt('secret calls').at(1)?.split(/ {2,}/)).toEqual([
    ...['rotation, cold', '20', '2', '7'],
    ...['$0.000500', '$0', '$0.25', '$0.000001', '$12.50'],
  ]);
});

test('executions at the same time are shown as a share of the quota, if it was reached', () => {
  const [, alone = '', many = ''] = tableAt('refused writes').map((line) => line.trim());
  expect(alone).toContain('not reached');
  // 100 in 10 seconds, where 50 writes a second let through 12.5 rotations.
  expect(many.split(/ {2,}/)).toEqual(['100', '100', '0', '0', '5.0 s', '10.0 s', '0.80x', '12', '3', '2.5 s', '0']);
});

test('calls are counted by service', () => {
  expect(lines).toContain(
    'Calls of AWS 12 (4 of them writes), of Momento 3; 20 transitions, 4 kB through the state machine',
  );
});
