import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { type FunctionProcess, startFunction } from '../../bench/function-process';
import type { Handler } from '../../functions/adapters/runtime';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import type { ExecutionOutput } from '../../functions/contract/rotation';
import { bundleFunction } from '../../infra/functions/bundling';
import { type CloudIntercept, type EmbeddedCloud, importToken, startCloud } from '../../local/cloud/embedded-cloud';
import { createMachine, type Machine } from '../../local/machine/machine';
import { createSkippingClock } from '../../local/skipping-clock';
import { secretName } from '../cloud';
import { variablesOf } from './enforced';
import { synthesize } from './template';

// The functions as they are deployed: esbuild's bundles, each in a process of its own with Lambda's environment only.

type Variables = Readonly<Record<string, string>>;

interface Deployed {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly lines: readonly string[];
}

interface DeployedOptions {
  readonly intercept?: CloudIntercept;
  /** More variables for the functions. */
  readonly env?: (cloudEnv: Variables) => Variables | Promise<Variables>;
}

export interface Bundles {
  /** Where they are, and room for more. */
  readonly folder: string;
  /** What esbuild says of each. */
  readonly accounts: ReadonlyMap<FunctionName, Metafile>;
  fileOf(name: FunctionName): string;
  /** Runs a test over the functions, with the variables that the stack gives them. */
  withDeployed(options: DeployedOptions, test: (deployed: Deployed) => Promise<void>): Promise<void>;
  remove(): void;
}

export const bundleFunctions = async (): Promise<Bundles> => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  const fileOf = (name: FunctionName): string => join(folder, name, 'index.js');
  const accounts = new Map<FunctionName, Metafile>();
  for (const name of functionNames) accounts.set(name, await bundleFunction(name, join(folder, name)));
  const template = await synthesize();

  const withDeployed: Bundles['withDeployed'] = async (options, test) => {
    const clock = createSkippingClock();
    const cloud = await startCloud({ clock, ...(options.intercept ? { intercept: options.intercept } : {}) });
    const lines: string[] = [];
    const { ALERT_TOPIC_ARN: topicArn = '', ...cloudEnv } = cloud.env;
    const processes: FunctionProcess[] = [];
    try {
      const more = await options.env?.(cloud.env);
      const handlers = await Promise.all(
        functionNames.map(async (name): Promise<[FunctionName, Handler]> => {
          const env = { ...cloudEnv, ...variablesOf(template, name, topicArn), ...more };
          const process = await startFunction(fileOf(name), env, (line) => lines.push(line));
          processes.push(process);
          return [name, process.handler];
        }),
      );
      importToken(cloud, secretName, undefined);
      cloud.takeCalls();
      const machine = createMachine(
        Object.fromEntries(handlers) as Record<FunctionName, Handler>,
        clock,
        cloud.alertTopic,
      );
      await test({ cloud, machine, lines });
    } finally {
      await Promise.all(processes.map((process) => process.stop()));
      await cloud.close();
    }
  };

  return { folder, accounts, fileOf, withDeployed, remove: () => rmSync(folder, { recursive: true }) };
};

export const endOf = async (machine: Machine) => {
  const { status, cause, output } = await machine.start({ momento_auth_token_secret_name: secretName });
  return { status, cause, ...(output as ExecutionOutput) };
};

/** What the functions logged as errors, in their order. */
export const errorsIn = (lines: readonly string[]): string[] =>
  lines.map((line) => (JSON.parse(line) as { error?: string }).error).filter((error) => error !== undefined);

/** What the log says of failures, without what differs from run to run. */
export const failuresIn = (lines: readonly string[]): object[] =>
  lines
    .map((line) => JSON.parse(line))
    .filter(({ level }) => level === 'WARN')
    .map(({ step, action, message, error, reason = '' }) => ({
      step,
      action,
      message,
      error,
      reason: reason.replace(/[0-9a-f]{8}/g, 'ID'),
    }));
