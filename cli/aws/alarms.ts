import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { asking, itemsOf } from './asking';
import type { TargetAccount } from './target-account';

export interface DeployedAlarm {
  readonly name: string;
  readonly inTrouble: boolean;
  /** What it means, and the runbook article that says what to do. */
  readonly description: string;
}

/** The alarms of a stack, found by the stack's name, with which theirs begin. */
export const readAlarms = async (account: TargetAccount, stackName: string): Promise<readonly DeployedAlarm[]> => {
  const client = new CloudWatchClient(account.access.configFor('CLOUDWATCH'));
  const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix: `${stackName}/` });
  const alarms = await asking(account, 'cloudwatch:DescribeAlarms', `${stackName}/…`, () =>
    itemsOf(pages, ({ MetricAlarms }) => MetricAlarms),
  );
  return alarms.map(({ AlarmName: name = '', StateValue, AlarmDescription: description = '' }) => ({
    name,
    inTrouble: StateValue === 'ALARM',
    description,
  }));
};
