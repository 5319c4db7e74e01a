import { spokenTime } from '../../functions/language/time';
import { nextRunAfter } from '../../infra/plan/schedule-expression';
import { isKnown, type Part } from '../command/part';
import type { Deployment } from '../deployment/deployment';
import type { NamedSchedule } from '../deployment/schedules-of';
import { type Finding, ok, problem, unknown } from './finding';

const deploy = 'Deploy the stack again with your settings: npm run deploy';

const checkSchedule = (
  { stateMachineArn }: Pick<Deployment, 'stateMachineArn'>,
  { name, schedule }: NamedSchedule,
  now: number,
): Finding => {
  if (schedule === undefined) return problem('schedule', `${name} does not exist any more`, deploy);
  const { secretName, enabled, targetArn, expression, isCheck } = schedule;
  const about = `schedule${secretName === undefined ? '' : ` of ${secretName}`}`;
  if (!enabled) {
    return problem(
      about,
      `${name} is disabled, so nothing ${isCheck ? 'tests the token' : 'rotates'}`,
      'Enable it in the EventBridge Scheduler console.',
    );
  }
  if (targetArn !== stateMachineArn) return problem(about, `${name} starts something else: ${targetArn}`, deploy);
  const next = nextRunAfter(schedule, now);
  if (next === undefined) return problem(about, `${name} will never run again (${expression})`, deploy);
  return ok(
    about,
    `${isCheck ? 'tests the token' : 'rotates'} by ${expression}, next about ${spokenTime(next / 1000)}`,
  );
};

/** Checks that each schedule is enabled, starts this state machine, and will run again. */
export const checkSchedules = (
  deployment: Pick<Deployment, 'stateMachineArn'>,
  schedules: Part<readonly NamedSchedule[]>,
  now: number,
): readonly Finding[] =>
  isKnown(schedules)
    ? schedules.value.map((each) => checkSchedule(deployment, each, now))
    : [unknown('schedule', schedules)];
