import { courseOf } from '../report/course';
import { versionsSeen } from '../report/labels';
import { reportPage } from '../report/page';
import { type Execution, executionArnOf, type Machine } from './machine';
import type { Round } from './round';

interface Reported {
  readonly machine: Machine;
  readonly execution: Execution;
  readonly secretName: string;
  readonly before: Round['versions'];
  readonly round: Pick<Round, 'versions'>;
}

/** What `npm start` has run, as a page of HTML. */
export const reportOfRound = ({ machine, execution, secretName, before, round }: Reported): Promise<string> =>
  reportPage({
    arn: executionArnOf(execution.name),
    secretName,
    course: courseOf(execution.history),
    seenAt: execution.stoppedAt,
    definition: machine.definition,
    versions: versionsSeen(before, round.versions),
    consoleUrl: undefined,
    remark:
      'A run on one machine: embedded services, and waits that were cut short are shown as long as they would have been.',
  });
