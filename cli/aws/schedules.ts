import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { asFields, parsed } from '../../functions/language/json';
import type { Deployed } from '../../infra/plan/schedule-expression';
import { asking } from './asking';
import type { TargetAccount } from './target-account';

export interface DeployedSchedule extends Deployed {
  readonly name: string;
  readonly enabled: boolean;
  readonly targetArn: string;
  /** `undefined` if the schedule's input names no secret. */
  readonly secretName: string | undefined;
  /** It only tests the current token, and does not rotate. */
  readonly isCheck: boolean;
  /** How much later than its time a run may start. */
  readonly flexibleWindowMinutes: number;
}

const inputOf = (text: string | undefined): { readonly secretName?: string; readonly dryRun?: boolean } =>
  asFields(parsed(text));

/** @returns `undefined` if there is no schedule of that name */
export const readSchedule = async (account: TargetAccount, name: string): Promise<DeployedSchedule | undefined> => {
  const client = new SchedulerClient(account.access.configFor('SCHEDULER'));
  const list = new ListSchedulesCommand({ NamePrefix: name });
  const { Schedules = [] } = await asking(account, 'scheduler:ListSchedules', name, () => client.send(list));
  const group = Schedules.find(({ Name }) => Name === name)?.GroupName;
  if (group === undefined) return undefined;
  const get = new GetScheduleCommand({ Name: name, GroupName: group });
  const schedule = await asking(account, 'scheduler:GetSchedule', name, () => client.send(get));
  const { secretName, dryRun = false } = inputOf(schedule.Target?.Input);
  return {
    name,
    enabled: schedule.State === 'ENABLED',
    targetArn: schedule.Target?.Arn ?? '',
    secretName,
    isCheck: dryRun,
    flexibleWindowMinutes: schedule.FlexibleTimeWindow?.MaximumWindowInMinutes ?? 0,
    expression: schedule.ScheduleExpression ?? '',
    timeZone: schedule.ScheduleExpressionTimezone ?? 'UTC',
    since: (schedule.LastModificationDate ?? schedule.CreationDate ?? new Date()).getTime(),
  };
};
