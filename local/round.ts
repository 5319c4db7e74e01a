import type { ExecutionOutput } from '../functions/contract/rotation';
import { type Failure, failureOf } from '../report/history/failed';
import type { Watcher } from '../statemachine/execution-events';
import type { Alert, Calls, EmbeddedCloud } from './cloud/embedded-cloud';
import type { Execution, Machine } from './machine/machine';
import { secretNameIn } from './options';

/** The result of one execution: the object that `--json` prints. */
export type Round = (ExecutionOutput | Failure) & {
  readonly executionName: string;
  readonly durationMs: number;
  readonly calls: Calls;
  readonly alerts: readonly Alert[];
  readonly versions: readonly { readonly versionId: string; readonly labels: readonly string[] }[];
};

/** Runs one execution, and collects its calls, alerts and versions. */
export const runRound = async (
  cloud: EmbeddedCloud,
  machine: Machine,
  secretName: string,
  input: unknown,
  watcher: Watcher,
): Promise<{ readonly round: Round; readonly execution: Execution }> => {
  cloud.takeCalls();
  const startedAt = performance.now();
  const execution = await machine.start(input, { watcher });
  const outcome =
    execution.status === 'SUCCEEDED'
      ? (execution.output as ExecutionOutput)
      : failureOf(execution, secretNameIn(input, secretName));
  const round = {
    ...outcome,
    executionName: execution.name,
    durationMs: Math.round(performance.now() - startedAt),
    calls: cloud.takeCalls(),
    alerts: cloud.takeAlerts(),
    versions: labelledVersions(cloud, secretName),
  };
  return { round, execution };
};

/** The versions of the secret that have labels, in the order of their creation. */
export const labelledVersions = ({ secretsManager }: EmbeddedCloud, secretName: string): Round['versions'] =>
  secretsManager
    .snapshot(secretName)
    .filter(({ labels }) => labels.length > 0)
    .map(({ versionId, labels }) => ({ versionId, labels }));
