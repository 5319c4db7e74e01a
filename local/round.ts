import type { ExecutionOutput } from '../functions/contract/rotation';
import { type Failure, failureOf } from '../report/history/failed';
import type { Watcher } from '../statemachine/execution-events';
import type { Alert, Calls, EmbeddedCloud } from './cloud/embedded-cloud';
import type { Execution, Machine } from './machine/machine';
import { secretNameIn } from './options';

/** What one execution came to: the object that `--json` prints. */
export type Round = (ExecutionOutput | Failure) & {
  readonly executionName: string;
  readonly durationMs: number;
  readonly calls: Calls;
  readonly alerts: readonly Alert[];
  readonly versions: readonly { readonly versionId: string; readonly labels: readonly string[] }[];
};

/** One execution over the embedded cloud, with its history, and what it cost there. */
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

/** The secret's versions that carry labels, in the order in which they were made. */
export const labelledVersions = ({ secretsManager }: EmbeddedCloud, secretName: string): Round['versions'] =>
  secretsManager
    .snapshot(secretName)
    .filter(({ labels }) => labels.length > 0)
    .map(({ versionId, labels }) => ({ versionId, labels }));
