import { join } from 'node:path';
import { systemClock } from '../functions/adapters/clock';
import type { Handler } from '../functions/adapters/runtime';
import { type FunctionName, functionNames } from '../functions/contract/functions';
import type { Calls } from '../local/cloud/embedded-cloud';
import { createMachine } from '../local/machine/machine';
import type { HistoryEvent } from '../statemachine/execution-events';
import { type Footprint, type FunctionProcess, startFunction } from './function-process';
import { secretName, withSlowCloud } from './slow-cloud';
import { sum } from './statistics';

/** One execution, from its start to its end. */
export interface Rotation {
  readonly milliseconds: number;
  readonly calls: Calls;
  /** Steps executed: what Step Functions charges. */
  readonly transitions: number;
  /** The inputs and outputs of all states. */
  readonly stateBytes: number;
  /** What the functions wrote. */
  readonly logBytes: number;
  /** What the state machine logs. */
  readonly events: number;
  /** Different metrics, with their dimensions: what CloudWatch charges for the hour. */
  readonly metrics: number;
  /** Of each function that was called, since its process was started. */
  readonly footprints: Readonly<Partial<Record<FunctionName, Footprint>>>;
}

export interface RotateOptions {
  readonly runs: number;
  /** Rotations before those that count. @default 0 */
  readonly warmUps?: number;
  /** New processes for each rotation. */
  readonly cold: boolean;
  /** Otherwise every execution finds that there is nothing to do. @default true */
  readonly due?: boolean;
  /** The secret holds no token, and every execution ends with an alert. @default false */
  readonly malformed?: boolean;
}

/** The process starts with the first call, as a cold function does. */
const startLazily = (file: string, env: Readonly<Record<string, string>>, onLine: (line: string) => void) => {
  let starting: Promise<FunctionProcess> | undefined;
  let started: FunctionProcess | undefined;
  return {
    handler: async (...[event, context]: Parameters<Handler>) => {
      starting ??= startFunction(file, env, onLine);
      started = await starting;
      return started.handler(event, context);
    },
    footprint: () => started?.footprint(),
    stop: async () => started?.stop(),
  };
};

type LazyFunctions = ReadonlyMap<FunctionName, ReturnType<typeof startLazily>>;

const stopAll = (functions: LazyFunctions) => Promise.all([...functions.values()].map(({ stop }) => stop()));

const bytesOf = ({ stateEnteredEventDetails, stateExitedEventDetails }: HistoryEvent): number =>
  Buffer.byteLength((stateEnteredEventDetails?.input ?? '') + (stateExitedEventDetails?.output ?? ''));

interface MetricLine {
  readonly _aws?: { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] };
  readonly step?: string;
}

/** `undefined`: no metric. */
const metricIn = (line: string): string | undefined => {
  const { _aws, step } = JSON.parse(line) as MetricLine;
  const name = _aws?.CloudWatchMetrics[0]?.Metrics[0]?.Name;
  return name?.startsWith('step_') ? `${name} of ${step}` : name;
};

/** Rotates one token with the bundles in this folder, over embedded services that answer with a delay. */
export const rotate = (
  folder: string,
  { runs, warmUps = 0, cold, due = true, malformed = false }: RotateOptions,
): Promise<readonly Rotation[]> =>
  withSlowCloud(async (cloud) => {
    const env = { ...cloud.env, DEFAULT_SECRET_NAME: secretName, ROTATE_BEFORE: due ? '7d' : '1h' };
    if (malformed) {
      const ClientRequestToken = crypto.randomUUID();
      cloud.secretsManager.call('PutSecretValue', { SecretId: secretName, SecretString: '{}', ClientRequestToken });
    }
    let lines: string[] = [];
    const start = (): LazyFunctions =>
      new Map(
        functionNames.map((name) => [
          name,
          startLazily(join(folder, name, 'index.js'), env, (line) => lines.push(line)),
        ]),
      );

    const rotateOnce = async (functions: LazyFunctions): Promise<Rotation> => {
      const handlers = Object.fromEntries([...functions].map(([name, { handler }]) => [name, handler]));
      const machine = createMachine(handlers as Record<FunctionName, Handler>, systemClock, cloud.alertTopic);
      lines = [];
      cloud.takeCalls();
      const startedAt = performance.now();
      const { status, error, cause, history } = await machine.start({});
      const milliseconds = performance.now() - startedAt;
      if (status !== (malformed ? 'FAILED' : 'SUCCEEDED')) {
        throw new Error(`An execution that is measured ended as ${status} with ${error}: ${cause}`);
      }
      const footprints = [...functions].map(([name, { footprint }]) => [name, footprint()] as const);
      return {
        milliseconds,
        calls: cloud.takeCalls(),
        transitions: history.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined).length,
        stateBytes: sum(history.map(bytesOf)),
        logBytes: sum(lines.map((line) => Buffer.byteLength(line) + 1)),
        events: history.length,
        metrics: new Set(lines.map(metricIn).filter((metric) => metric !== undefined)).size,
        footprints: Object.fromEntries(footprints.filter(([, footprint]) => footprint !== undefined)),
      };
    };

    const measured: Rotation[] = [];
    let functions = start();
    try {
      for (let run = 0; run < warmUps + runs; run += 1) {
        if (cold && run > 0) {
          await stopAll(functions);
          functions = start();
        }
        measured.push(await rotateOnce(functions));
      }
    } finally {
      await stopAll(functions);
    }
    return measured.slice(warmUps);
  });
