import { namedSecret } from '../../functions/contract/execution-input';
import type { ExecutionOutput } from '../../functions/contract/rotation';
import { isObject } from '../../functions/language/json';
import type { ExecutionDescription, Executions } from '../aws/executions';

/** The results of the latest executions for a secret. Dry runs do not count. */
export interface LastRuns {
  /** The one that was started last. */
  readonly last: Run | undefined;
  readonly lastSuccess: Run | undefined;
  /** How many executions were read, including dry runs and those of other secrets. */
  readonly among: number;
}

export interface Run {
  readonly executionArn: string;
  readonly name: string;
  /** An outcome of the output, or `running`, `failed`, `aborted`, `timed out`. */
  readonly outcome: string;
  readonly error: string | undefined;
  /** When it ended, or while it runs, when it started. Epoch seconds. */
  readonly at: number;
}

/** Limits the search, because each execution costs a call. */
const mostExecutions = 500;

const atATime = 10;

/** More executions than normally run at the same time. */
const mostRunning = 100;

const successes: readonly string[] = ['rotated', 'resumed', 'notDue'] satisfies readonly ExecutionOutput['outcome'][];

const runOf = (execution: ExecutionDescription): Run => {
  const { executionArn, name, status, error, startedAt, stoppedAt, output } = execution;
  const outcome = status === 'SUCCEEDED' && isObject(output) ? String(output.outcome) : undefined;
  const at = (stoppedAt ?? startedAt) / 1000;
  return { executionArn, name, outcome: outcome ?? status.toLowerCase().replace('_', ' '), error, at };
};

/** The secret of an execution, as its data names it; `undefined`: the first of the deployment. */
const secretOf = ({ input, output }: ExecutionDescription): unknown => {
  if (isObject(output) && typeof output.secretName === 'string') return output.secretName;
  return namedSecret(input);
};

const isDryRun = ({ input }: ExecutionDescription): boolean => isObject(input) && input.dryRun === true;

interface NamedSecret {
  readonly name: string;
  readonly arn: string;
}

const isAbout = (execution: ExecutionDescription, { name, arn }: NamedSecret, isFirst: boolean): boolean => {
  const secret = secretOf(execution);
  return secret === undefined ? isFirst : secret === name || secret === arn;
};

/** The names of the rotations of a secret that are running. */
export const runningRotations = async (
  executions: Executions,
  secret: NamedSecret,
  isFirst: boolean,
): Promise<readonly string[]> => {
  const running = await Promise.all((await executions.latest(mostRunning, 'RUNNING')).map(executions.describe));
  return running
    .filter(
      (execution) => execution.status === 'RUNNING' && !isDryRun(execution) && isAbout(execution, secret, isFirst),
    )
    .map(({ name }) => name);
};

const runsFor = (executions: readonly ExecutionDescription[], secret: NamedSecret, isFirst: boolean): LastRuns => {
  const runs = executions.filter((execution) => !isDryRun(execution) && isAbout(execution, secret, isFirst)).map(runOf);
  const lastSuccess = runs.find(({ outcome }) => successes.includes(outcome));
  return { last: runs[0], lastSuccess, among: executions.length };
};

/**
 * Reads executions, the newest first, until the last one and the last success of each secret are found.
 * @param hasFirst whether the first of these secrets is the one that is rotated if an input names none
 */
export const readLastRuns = async (
  executions: Executions,
  secrets: readonly NamedSecret[],
  hasFirst: boolean,
): Promise<ReadonlyMap<string, LastRuns>> => {
  const latest = await executions.latest(mostExecutions);
  const seen: ExecutionDescription[] = [];
  const find = () =>
    new Map(secrets.map((secret, index) => [secret.name, runsFor(seen, secret, hasFirst && index === 0)]));
  for (let from = 0; from < latest.length; from += atATime) {
    const batch = latest.slice(from, from + atATime);
    const described = await Promise.all(batch.map((executionArn) => executions.describe(executionArn)));
    seen.push(...described);
    if ([...find().values()].every(({ lastSuccess }) => lastSuccess !== undefined)) break;
  }
  return find();
};
