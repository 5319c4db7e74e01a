import { readHistory } from '../report/history/execution-history';
import { versionsSeen, versionsTold } from '../report/history/labels';
import { reportPage } from '../report/page/page';
import { type Execution, executionArnOf, type Machine } from './machine/machine';
import type { Round } from './round';

interface Reported {
  readonly machine: Machine;
  readonly execution: Execution;
  /** The secret of the execution. */
  readonly secretName: string;
  /** The secret whose versions were read before and after. */
  readonly watched: string;
  readonly before: Round['versions'];
  readonly round: Pick<Round, 'versions'>;
}

/** The HTML report of an execution of `npm start`. */
export const reportOfRound = ({
  machine,
  execution,
  secretName,
  watched,
  before,
  round,
}: Reported): Promise<string> => {
  const history = readHistory(execution.history);
  return reportPage({
    arn: executionArnOf(execution.name),
    secretName,
    history,
    seenAt: execution.stoppedAt,
    definition: machine.definition,
    versions: secretName === watched ? versionsSeen(before, round.versions) : versionsTold(history),
    consoleUrl: undefined,
    remark: 'A local run with mock services. Waits were skipped, but are shown with their full length.',
  });
};
