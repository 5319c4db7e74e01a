import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../functions/contract/functions';
import { functionTable } from '../infra/functions/table';
import { type AloneRun, callBare, rotateAlone } from './baseline-runs';
import { mostBytes } from './budget';
import { type Bundle, type BundleName, buildBundles, measureLoading } from './bundles';
import { costOf, monthlyCosts, type Usage } from './cost';
import type { Footprint } from './function-process';
import { type Growth, grow } from './growth';
import { type Rotation, rotate } from './rotations';
import { createRandom } from './seeded-random';
import { leastMilliseconds } from './slow-cloud';
import { median, sum } from './statistics';

/** How often each value is measured. */
export interface Effort {
  readonly imports: number;
  readonly warm: number;
  readonly cold: number;
  readonly growth: readonly number[];
}

export const efforts = {
  thorough: { imports: 21, warm: 30, cold: 11, growth: [1, 10, 100, 500, 1_000] },
  quick: { imports: 3, warm: 5, cold: 3, growth: [1, 10, 100] },
} as const satisfies Record<string, Effort>;

const warmUps = 5;

const millisecondsOf = ({ startMilliseconds, callMilliseconds }: Footprint): number =>
  startMilliseconds + sum(callMilliseconds);

const footprintsOf = ({ footprints }: Rotation): readonly Footprint[] => Object.values(footprints);

const medianBy = <T>(things: readonly T[], of: (thing: T) => number): number => median(things.map(of));

const measureBundles = async (bundles: readonly Bundle[], runs: number) => {
  const loadings = await measureLoading(
    bundles.filter(({ name }) => name !== 'bareCalls'),
    runs,
  );
  const describe = (name: BundleName) => {
    const { bytes = Number.NaN, biggest = [] } = bundles.find((each) => each.name === name) ?? {};
    const milliseconds = loadings[name];
    return {
      name,
      bytes,
      milliseconds,
      toFloor: milliseconds / loadings.floor,
      toWholeSdk: milliseconds / loadings.wholeSdk,
      biggest,
    };
  };
  return {
    functions: functionNames.map((name) => ({ ...describe(name), mostBytes: mostBytes[name].bytes })),
    baselines: [describe('floor'), describe('wholeSdk')],
  };
};

const measureWarm = async (folder: string, bareFile: string, runs: number) => {
  const bare = median(await callBare(bareFile, { runs, warmUps }));
  const rotations = await rotate(folder, { runs, warmUps, cold: false });
  const milliseconds = medianBy(rotations, (rotation) => rotation.milliseconds);
  const [first] = rotations;
  return {
    milliseconds,
    leastMilliseconds,
    toLeast: milliseconds / leastMilliseconds,
    bareMilliseconds: bare,
    bareToLeast: bare / leastMilliseconds,
    toBare: milliseconds / bare,
    calls: first?.calls,
    transitions: first?.transitions,
    stateBytes: medianBy(rotations, ({ stateBytes }) => stateBytes),
    rotations,
  };
};

const measureCold = async (folder: string, aloneFile: string, runs: number) => {
  const rotations: Rotation[] = [];
  const alone: AloneRun[] = [];
  // In turns, so that a slow moment of the machine affects both sides.
  for (let run = 0; run < runs; run += 1) {
    rotations.push(...(await rotate(folder, { runs: 1, cold: true })));
    alone.push(await rotateAlone(aloneFile));
  }
  const milliseconds = medianBy(rotations, (rotation) => sum(footprintsOf(rotation).map(millisecondsOf)));
  const singleFunctionMilliseconds = medianBy(alone, ({ footprint }) => millisecondsOf(footprint));
  const ofFunction = (name: FunctionName) => {
    const measured = rotations.map(({ footprints }) => footprints[name]).filter((each) => each !== undefined);
    return {
      name,
      startMilliseconds: medianBy(measured, ({ startMilliseconds }) => startMilliseconds),
      firstCallMilliseconds: medianBy(measured, ({ callMilliseconds }) => callMilliseconds[0] ?? Number.NaN),
    };
  };
  return {
    milliseconds,
    singleFunctionMilliseconds,
    toSingleFunction: milliseconds / singleFunctionMilliseconds,
    functions: (['Fetch', 'Refresh', 'Validate', 'Promote'] as const).map(ofFunction),
    rotations,
    alone,
  };
};

/** The highest value of all runs. */
const memoryOf = (rotations: readonly Rotation[]) =>
  functionNames.map((name) => {
    const highWater = rotations.map(({ footprints }) => footprints[name]?.highWater ?? 0);
    const megabytes = Math.max(...highWater) / 1_048_576;
    const { memorySize } = functionTable[name];
    return { name, megabytes, setting: memorySize, headroom: memorySize / megabytes };
  });

/** The start is part of a function's first invocation. */
const invocationsOf = ({ startMilliseconds, callMilliseconds: [firstCall = 0, ...others] }: Footprint): number[] => [
  startMilliseconds + firstCall,
  ...others,
];

/** The median run. */
const typicalOf = <T>(things: readonly T[], invocations: (thing: T) => readonly number[]) => {
  const [typical] = things
    .toSorted((one, other) => sum(invocations(one)) - sum(invocations(other)))
    .slice(Math.floor(things.length / 2));
  if (typical === undefined) throw new Error('Nothing was measured.');
  return { typical, invocations: invocations(typical) };
};

const usageOf = (rotations: readonly Rotation[]): Usage => {
  const { typical, invocations } = typicalOf(rotations, (rotation) => footprintsOf(rotation).flatMap(invocationsOf));
  const { transitions, calls, logBytes, events, metrics } = typical;
  return {
    transitions,
    invocations,
    secretCalls: calls.secretReads + calls.secretWrites,
    logBytes,
    events,
    metrics,
    scheduled: true,
  };
};

const usageOfAlone = (runs: readonly AloneRun[]): Usage => {
  const { typical, invocations } = typicalOf(runs, ({ footprint }) => invocationsOf(footprint));
  const secretCalls = typical.calls.secretReads + typical.calls.secretWrites;
  return { transitions: 0, invocations, secretCalls, logBytes: 0, events: 0, metrics: 0, scheduled: false };
};

const measureCost = async (folder: string, runs: number, cold: readonly Rotation[], alone: readonly AloneRun[]) => {
  const idle = await rotate(folder, { runs, cold: true, due: false });
  const withCost = (usage: Usage) => ({ ...usage, cost: costOf(usage) });
  const rotation = withCost(usageOf(cold));
  const notDue = withCost(usageOf(idle));
  const singleFunction = withCost(usageOfAlone(alone));
  const monthly = monthlyCosts(rotation.cost, notDue.cost, singleFunction.cost);
  return { rotation, notDue, singleFunction, monthly };
};

/** Takes all measurements on this machine. @param say is called with the name of each measurement */
export const measureAll = async (effort: Effort, say: (what: string) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  // Removes the folder however the program ends: Ctrl-C would not run a finally block.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  say('bundling');
  const bundles = await buildBundles(folder);
  const fileOf = (name: BundleName): string => join(folder, name, 'index.js');
  say('loading each bundle in new processes');
  const bundleFigures = await measureBundles(bundles, effort.imports);
  say('warm rotations');
  const { rotations: warmRotations, ...warm } = await measureWarm(folder, fileOf('bareCalls'), effort.warm);
  say('cold rotations');
  const measuredCold = await measureCold(folder, fileOf('wholeSdk'), effort.cold);
  const { rotations: coldRotations, alone, ...cold } = measuredCold;
  say('executions that fail, or have nothing to do');
  const failing = await rotate(folder, { runs: effort.cold, cold: true, malformed: true });
  const cost = await measureCost(folder, effort.cold, coldRotations, alone);
  const growth: Growth[] = [];
  for (const executions of effort.growth) {
    say(`${executions} executions at once`);
    growth.push(await grow(executions, createRandom(executions)));
  }
  return {
    machine: {
      node: process.version,
      platform: platform(),
      arch: arch(),
      cpus: cpus().length,
      cpu: cpus()[0]?.model,
    },
    effort,
    bundles: bundleFigures,
    warm,
    cold,
    memory: memoryOf([...warmRotations, ...coldRotations, ...failing]),
    cost,
    growth,
  };
};

export type Figures = Awaited<ReturnType<typeof measureAll>>;
