import { notAvailableHere } from '../command/part';
import type { Deployment } from '../deployment/deployment';
import { type Finding, ok, problem, unknown, warning } from './finding';

const about = 'stack';

/** Checks that the last deployment of the stack succeeded, and that all outputs exist. */
export const checkStack = ({ stack, secretIds }: Pick<Deployment, 'stack' | 'secretIds'>): readonly Finding[] => {
  if (stack === undefined) return [unknown(about, notAvailableHere)];
  const { name, status, alertTopicArn, scheduleNames } = stack;
  const missing = [
    ...(alertTopicArn === '' ? ['AlertTopicArn'] : []),
    ...(scheduleNames.length === 0 ? ['ScheduleNames'] : []),
    ...(secretIds.length === 0 ? ['SecretArns'] : []),
  ];
  if (missing.length > 0) {
    return [
      problem(
        about,
        `${name} has no output ${missing.join(', ')}`,
        'Deploy it again with your settings: npm run deploy',
      ),
    ];
  }
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return [ok(about, `${name} is deployed (${status})`)];
  if (/IN_PROGRESS$/.test(status)) {
    return [warning(about, `${name} is being changed (${status})`, 'Wait until that ends, then check again.')];
  }
  const remedy =
    'Find the cause in its events in the CloudFormation console, then deploy it again with your settings: npm run deploy';
  // The rollback has restored the previous deployment, which still rotates.
  if (status === 'UPDATE_ROLLBACK_COMPLETE')
    return [warning(about, `The last update of ${name} failed (${status})`, remedy)];
  return [problem(about, `${name} is in the state ${status}`, remedy)];
};
