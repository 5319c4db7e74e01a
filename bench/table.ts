import { writesPerRotation } from './growth';
import type { Figures } from './measure';
import { quotas } from './quotas';
import { latency } from './slow-cloud';

type Row = readonly string[];

/** Columns as wide as they need to be; the first to the left, figures to the right. */
const aligned = (rows: readonly Row[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
const milliseconds = (value: number): string => `${value.toFixed(0)} ms`;
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const ratio = (value: number): string => `${value.toFixed(2)}x`;
const dollars = (value: number): string =>
  value === 0 ? '$0' : value < 0.1 ? `$${value.toFixed(6)}` : `$${value.toFixed(2)}`;

const bundleLines = ({ bundles: { functions, baselines }, memory }: Figures): string[] => {
  const baselineNames: Readonly<Record<string, string>> = {
    floor: 'Secrets Manager’s client alone',
    wholeSdk: 'all of Momento’s SDK',
  };
  const rows = [...functions, ...baselines].map((each) => {
    const taken = memory.find(({ name }) => name === each.name);
    return [
      baselineNames[each.name] ?? each.name,
      kilobytes(each.bytes),
      'mostBytes' in each ? kilobytes(Number(each.mostBytes)) : '',
      milliseconds(each.milliseconds),
      ratio(each.toFloor),
      ratio(each.toWholeSdk),
      taken ? `${taken.megabytes.toFixed(0)} of ${taken.setting} MB` : '',
    ];
  });
  return [
    'Each function’s bundle, loaded in a new process; memory at its highest (not measured on Lambda)',
    '',
    ...aligned([['', 'size', 'budget', 'load', 'to client alone', 'to all of SDK', 'memory'], ...rows]),
    '',
    'The five biggest parts of each',
    '',
    ...functions.flatMap(({ name, biggest }) => [
      name,
      ...aligned(biggest.map(({ path, bytes }) => [`  ${path}`, kilobytes(bytes)])),
    ]),
  ];
};

const rotationLines = ({ warm, cold, growth: [alone] }: Figures): string[] => {
  const { calls } = warm;
  const awsCalls = `${(calls?.secretReads ?? 0) + (calls?.secretWrites ?? 0)} (${calls?.secretWrites} of them writes)`;
  const momentoCalls = String((calls?.momentoRefresh ?? 0) + (calls?.momentoCheck ?? 0));
  return [
    `One rotation, where a call of AWS takes ${milliseconds(latency.aws)} and one of Momento ${milliseconds(latency.momento)}`,
    '',
    ...aligned([
      ['', 'measured', 'baseline', 'ratio'],
      [
        'simulated, to its critical path',
        milliseconds((alone?.seconds ?? Number.NaN) * 1_000),
        milliseconds(warm.leastMilliseconds),
        ratio(((alone?.seconds ?? Number.NaN) * 1_000) / warm.leastMilliseconds),
      ],
      [
        'warm, to its critical path',
        milliseconds(warm.milliseconds),
        milliseconds(warm.leastMilliseconds),
        ratio(warm.toLeast),
      ],
      [
        'warm, to the same calls without SDKs',
        milliseconds(warm.milliseconds),
        milliseconds(warm.bareMilliseconds),
        ratio(warm.toBare),
      ],
      [
        'those calls, to the critical path',
        milliseconds(warm.bareMilliseconds),
        milliseconds(warm.leastMilliseconds),
        ratio(warm.bareToLeast),
      ],
      [
        'cold, to a single function with all of the SDK',
        milliseconds(cold.milliseconds),
        milliseconds(cold.singleFunctionMilliseconds),
        ratio(cold.toSingleFunction),
      ],
      ...cold.functions.map(({ name, startMilliseconds, firstCallMilliseconds }) => [
        `  ${name}: start, first call`,
        milliseconds(startMilliseconds),
        milliseconds(firstCallMilliseconds),
        '',
      ]),
    ]),
    '',
    `Calls of AWS ${awsCalls}, of Momento ${momentoCalls}; ${warm.transitions} transitions, ${kilobytes(warm.stateBytes)} through the state machine`,
  ];
};

const costLines = ({ cost: { rotation, notDue, singleFunction, monthly } }: Figures): string[] => {
  const each = (name: string, { transitions, invocations, secretCalls, cost }: typeof rotation): Row => [
    name,
    String(transitions),
    String(invocations.length),
    String(secretCalls),
    dollars(cost.stepFunctions),
    dollars(cost.lambda),
    dollars(cost.secretsManager),
    dollars(cost.watching),
    dollars(cost.total),
  ];
  return [
    'What an execution costs (us-east-1, November 2026, without free tiers; all time counted as a whole processor’s)',
    '',
    ...aligned([
      [
        '',
        'transitions',
        'invocations',
        'secret calls',
        'Step Functions',
        'Lambda',
        'Secrets Manager',
        'logs, metrics',
        'in all',
      ],
      each('rotation, cold', rotation),
      each('not due', notDue),
      each('single function', singleFunction),
    ]),
    '',
    'What a month costs',
    '',
    ...aligned([
      ['secrets', 'schedule', 'all rotate', 'none is due', 'single function', 'storage', 'alarms, dashboard'],
      ...monthly.map((month) => [
        String(month.secrets),
        month.schedule,
        dollars(month.rotating),
        dollars(month.notDue),
        dollars(month.singleFunction),
        dollars(month.storage),
        dollars(month.alarms),
      ]),
    ]),
  ];
};

const growthLines = ({ growth }: Figures): string[] => {
  const most = quotas.writes.perSecond / writesPerRotation;
  return [
    `Executions that start at once, in simulated time, at ${quotas.writes.perSecond} writes a second: ${writesPerRotation} for each, so at most ${most} rotations a second`,
    '',
    ...aligned([
      [
        'executions',
        'rotated',
        'lost',
        'alerts',
        'half after',
        'all after',
        'of the limit',
        'refused writes',
        'lists',
        'longest in hand',
        'untidied',
      ],
      ...growth.map((run) => [
        String(run.executions),
        String(run.rotated),
        String(run.lost),
        String(run.alerts),
        seconds(run.medianSeconds),
        seconds(run.seconds),
        run.refused.writes === 0 ? 'not reached' : ratio(run.executions / most / run.seconds),
        String(run.refused.writes),
        String(run.refused.lists),
        seconds(run.longestInHandSeconds),
        String(run.untidied),
      ]),
    ]),
  ];
};

/** All figures as text, in the order in which they were measured. */
export const tableOf = (figures: Figures): string => {
  const { node, platform, arch, cpus, cpu } = figures.machine;
  return [
    `Node ${node}, ${platform} ${arch}, ${cpus} processors${cpu ? ` (${cpu})` : ''}; medians of ${figures.effort.imports} loads, ${figures.effort.warm} warm and ${figures.effort.cold} cold rotations`,
    ...[bundleLines, rotationLines, costLines, growthLines].flatMap((lines) => ['', ...lines(figures)]),
    '',
  ].join('\n');
};
