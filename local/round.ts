import type { ExecutionOutput } from '../functions/contract';
import type { Alert, Calls, EmbeddedCloud } from './embedded-cloud';
import type { Machine, Watcher } from './machine';
import { secretNameIn } from './options';
import { messageIn } from './progress';
import type { HistoryEvent } from './states-language/history';

export interface Failure {
  readonly outcome: 'failed';
  readonly secretName: string;
  /** The state that failed. */
  readonly step: string;
  readonly error: string;
  readonly message: string;
}

/** What one execution came to: the object that `--json` prints. */
export type Round = (ExecutionOutput | Failure) & {
  readonly executionName: string;
  readonly durationMs: number;
  readonly calls: Calls;
  readonly alerts: readonly Alert[];
  readonly versions: readonly { readonly versionId: string; readonly labels: readonly string[] }[];
};

/** An execution that did not succeed, wherever it ran. */
export interface Failed {
  readonly status: string;
  readonly history: readonly HistoryEvent[];
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** As the alert says it. An execution that ended before it could tell, by its timeout for one, failed where it was. */
const failedStep = ({ history }: Failed): string => {
  const entered = history.flatMap(({ type, stateEnteredEventDetails: details }) =>
    details ? [{ type, ...details }] : [],
  );
  const fail = entered.find(({ type }) => type === 'FailStateEntered');
  if (fail === undefined) return entered.at(-1)?.name ?? '';
  return (JSON.parse(fail.input) as { readonly failed: { readonly step: string } }).failed.step;
};

export const failureOf = (result: Failed, secretName: string): Failure => ({
  outcome: 'failed',
  secretName,
  step: failedStep(result),
  error: result.error ?? (result.status === 'TIMED_OUT' ? 'States.Timeout' : 'Aborted'),
  message: messageIn(result.cause),
});

/** One execution over the embedded cloud, and what it cost there. */
export const runRound = async (
  cloud: EmbeddedCloud,
  machine: Machine,
  secretName: string,
  input: unknown,
  watcher: Watcher,
): Promise<Round> => {
  cloud.takeCalls();
  const startedAt = performance.now();
  const result = await machine.start(input, { watcher });
  const outcome =
    result.status === 'SUCCEEDED'
      ? (result.output as ExecutionOutput)
      : failureOf(result, secretNameIn(input, secretName));
  return {
    ...outcome,
    executionName: result.name,
    durationMs: Math.round(performance.now() - startedAt),
    calls: cloud.takeCalls(),
    alerts: cloud.takeAlerts(),
    versions: labelledVersions(cloud, secretName),
  };
};

/** The secret's versions that carry labels, in the order in which they were made. */
export const labelledVersions = ({ secretsManager }: EmbeddedCloud, secretName: string): Round['versions'] =>
  secretsManager
    .snapshot(secretName)
    .filter(({ labels }) => labels.length > 0)
    .map(({ versionId, labels }) => ({ versionId, labels }));
