import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { asking } from './asking';
import type { TargetAccount } from './target-account';

export interface DeployedAlarm {
  readonly name: string;
  readonly inTrouble: boolean;
  /** What it means, and where to read what to do. */
  readonly description: string;
}

/** The alarms of a stack: their names begin with its. */
export const readAlarms = async (account: TargetAccount, stackName: string): Promise<readonly DeployedAlarm[]> => {
  const client = new CloudWatchClient(account.access.configFor('CLOUDWATCH'));
  const alarms: DeployedAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeAlarmsCommand({
      AlarmNamePrefix: `${stackName}/`,
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const page = await asking(account, 'cloudwatch:DescribeAlarms', `${stackName}/…`, () => client.send(command));
    for (const { AlarmName: name = '', StateValue, AlarmDescription: description = '' } of page.MetricAlarms ?? []) {
      alarms.push({ name, inTrouble: StateValue === 'ALARM', description });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return alarms;
};
