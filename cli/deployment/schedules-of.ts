import { nextRunAfter } from '../../infra/plan/schedule-expression';
import { type DeployedSchedule, readSchedule } from '../aws/schedules';
import { isKnown, look, notAvailableHere, type Part } from '../command/part';
import type { Deployment } from './deployment';

export interface NamedSchedule {
  readonly name: string;
  /** `undefined` if it does not exist. */
  readonly schedule: DeployedSchedule | undefined;
}

/** The schedules that the stack names in its outputs. */
export const readSchedules = async (deployment: Deployment): Promise<Part<readonly NamedSchedule[]>> => {
  const { stack } = deployment;
  if (stack === undefined) return notAvailableHere;
  return look(() =>
    Promise.all(stack.scheduleNames.map(async (name) => ({ name, schedule: await readSchedule(deployment, name) }))),
  );
};

/**
 * The next scheduled rotations of a secret, in epoch milliseconds.
 * @param options ends the list at this time, and at this length
 */
export const scheduledRuns = (
  schedules: Part<readonly NamedSchedule[]>,
  secretName: string,
  now: number,
  { before = Number.POSITIVE_INFINITY, most }: { readonly before?: number; readonly most: number },
): Part<readonly number[]> => {
  if (!isKnown(schedules)) return schedules;
  const rotating = schedules.value
    .map(({ schedule }) => schedule)
    .filter((schedule) => schedule !== undefined)
    .filter(({ enabled, isCheck, secretName: name }) => enabled && !isCheck && name === secretName);
  const runs: number[] = [];
  let from = now;
  while (runs.length < most) {
    const next = rotating.map((schedule) => nextRunAfter(schedule, from)).filter((time) => time !== undefined);
    from = Math.min(...next);
    // Math.min() of nothing is infinite.
    if (from >= before || !Number.isFinite(from)) break;
    runs.push(from);
  }
  return { value: runs };
};
