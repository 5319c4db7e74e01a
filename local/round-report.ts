import { readHistory } from '../report/history/execution-history';
import { versionsSeen, versionsTold } from '../report/history/labels';
import { reportPage } from '../report/page/page';
import { type Execution, executionArnOf, type Machine } from './machine/machine';
import type { Round } from './round';

interface Reported {
  readonly machine: Machine;
  readonly execution: Execution;
  /** The secret that the execution is about. */
  readonly secretName: string;
  /** The one whose versions were looked up. */
  readonly watched: string;
  readonly before: Round['versions'];
  readonly round: Pick<Round, 'versions'>;
}

/** What `npm start` has run, as a page of HTML. */
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
    remark:
      'A run on one machine: embedded services, and waits that were cut short are shown as long as they would have been.',
  });
};
