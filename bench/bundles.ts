import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type FunctionName, functionNames } from '../functions/contract/functions';
import { bundle, bundleFunction } from '../infra/functions/bundling';
import { startFunction } from './function-process';
import { median } from './statistics';

const baselines = {
  /** A function that loads all of Momento's SDK and Secrets Manager's client. */
  wholeSdk: 'single-function',
  /** Secrets Manager's client alone. */
  floor: 'bare-client',
  /** For the time of calls without any SDK. */
  bareCalls: 'bare-calls',
} as const;

export type BaselineName = keyof typeof baselines;
export type BundleName = FunctionName | BaselineName;

export interface Input {
  readonly path: string;
  readonly bytes: number;
}

export interface Bundle {
  readonly name: BundleName;
  readonly file: string;
  readonly bytes: number;
  /** The five largest. */
  readonly biggest: readonly Input[];
}

const most = 5;

const baselineNames = Object.keys(baselines) as BaselineName[];

/** Builds the deployed bundles, and the baselines in the same way but with nothing left out. */
export const buildBundles = (folder: string): Promise<readonly Bundle[]> =>
  Promise.all(
    [...functionNames, ...baselineNames].map(async (name) => {
      const file = join(folder, name, 'index.js');
      const { outputs } =
        name in baselines
          ? await bundle(`bench/baselines/${baselines[name as BaselineName]}.ts`, file, [])
          : await bundleFunction(name as FunctionName, join(folder, name));
      const [output] = Object.values(outputs);
      const biggest = Object.entries(output?.inputs ?? {})
        .map(([path, { bytesInOutput }]) => ({ path: path.replace('node_modules/', ''), bytes: bytesInOutput }))
        .sort((one, other) => other.bytes - one.bytes)
        .slice(0, most);
      return { name, file, bytes: statSync(file).size, biggest };
    }),
  );

/**
 * Milliseconds that each takes to load in new processes. The bundles take turns, so that a slow moment of the machine
 * affects all of them.
 */
export const measureLoading = async (
  bundles: readonly Bundle[],
  runs: number,
): Promise<Readonly<Record<BundleName, number>>> => {
  const measured = new Map<BundleName, number[]>();
  for (let run = 0; run < runs; run += 1) {
    for (const { name, file } of bundles) {
      const loaded = await startFunction(file, {});
      await loaded.stop();
      measured.set(name, [...(measured.get(name) ?? []), loaded.footprint().importMilliseconds]);
    }
  }
  return Object.fromEntries([...measured].map(([name, times]) => [name, median(times)])) as Record<BundleName, number>;
};
