import type { ExecutionOutput } from '../functions/contract';
import type { ExecutionDescription, Executions } from './aws/executions';

/** What the last executions for a secret came to. Dry runs do not count. */
export interface LastRuns {
  /** The last one that began. */
  readonly last: Run | undefined;
  readonly lastSuccess: Run | undefined;
}

export interface Run {
  readonly executionArn: string;
  readonly name: string;
  /** An outcome of the output, or `running`, `failed`, `aborted`, `timed out`. */
  readonly outcome: string;
  readonly error: string | undefined;
  /** Epoch seconds: of its end, or of its start while it runs. */
  readonly at: number;
}

/** How far back is looked: three months of a run a day. */
const mostExecutions = 100;

/** Each is asked about in a call of its own. */
const atATime = 10;

const successes: readonly string[] = ['rotated', 'resumed', 'notDue'] satisfies readonly ExecutionOutput['outcome'][];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const runOf = (execution: ExecutionDescription): Run => {
  const { executionArn, name, status, error, startedAt, stoppedAt, output } = execution;
  const outcome = status === 'SUCCEEDED' && isObject(output) ? String(output.outcome) : undefined;
  const at = (stoppedAt ?? startedAt) / 1000;
  return { executionArn, name, outcome: outcome ?? status.toLowerCase().replace('_', ' '), error, at };
};

/** The secret that an execution is about, as it was named there; `undefined`: the first of the deployment. */
const secretOf = ({ input, output }: ExecutionDescription): unknown => {
  if (isObject(output) && typeof output.secretName === 'string') return output.secretName;
  return isObject(input) ? (input.momento_auth_token_secret_name ?? input.secretName) : undefined;
};

const isDryRun = ({ input }: ExecutionDescription): boolean => isObject(input) && input.dryRun === true;

interface NamedSecret {
  readonly name: string;
  readonly arn: string;
}

const runsFor = (
  executions: readonly ExecutionDescription[],
  { name, arn }: NamedSecret,
  isFirst: boolean,
): LastRuns => {
  const runs = executions
    .filter((execution) => {
      const secret = secretOf(execution);
      return secret === undefined ? isFirst : secret === name || secret === arn;
    })
    .map(runOf);
  return { last: runs[0], lastSuccess: runs.find(({ outcome }) => successes.includes(outcome)) };
};

/**
 * Looks back through the executions until the last one and the last success of each secret are found.
 * @param hasFirst the first of the secrets is the one that an input without a name means
 */
export const readLastRuns = async (
  executions: Executions,
  secrets: readonly NamedSecret[],
  hasFirst: boolean,
): Promise<ReadonlyMap<string, LastRuns>> => {
  const latest = await executions.latest(mostExecutions);
  const seen: ExecutionDescription[] = [];
  let found = new Map<string, LastRuns>();
  for (let from = 0; from < latest.length; from += atATime) {
    const batch = latest.slice(from, from + atATime);
    const described = await Promise.all(batch.map(({ executionArn }) => executions.describe(executionArn)));
    seen.push(...described.filter((execution) => !isDryRun(execution)));
    found = new Map(secrets.map((secret, index) => [secret.name, runsFor(seen, secret, hasFirst && index === 0)]));
    if ([...found.values()].every(({ lastSuccess }) => lastSuccess !== undefined)) break;
  }
  return found;
};
