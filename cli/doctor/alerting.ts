import type { DeployedAlarm } from '../aws/alarms';
import type { TopicSubscription } from '../aws/alert-topic';
import { isKnown, type Part } from '../command/part';
import { type Finding, ok, problem, unknown, warning } from './finding';

const subscribe = 'Subscribe to the topic: README.md#subscribe';

/** Checks that at least one subscriber gets the alerts. */
export const checkSubscriptions = (subscriptions: Part<readonly TopicSubscription[]>): readonly Finding[] => {
  const about = 'subscriptions';
  if (!isKnown(subscriptions)) return [unknown(about, subscriptions)];
  const confirmed = subscriptions.value.filter((each) => each.confirmed).length;
  const waiting = subscriptions.value.filter((each) => !each.confirmed);
  if (subscriptions.value.length === 0)
    return [problem(about, 'The topic has no subscribers, so no alerts are delivered', subscribe)];
  const confirm = 'Follow the link in the message from SNS. If it is lost, subscribe again.';
  return [
    ...(confirmed > 0 ? [ok(about, `${confirmed} confirmed`)] : []),
    ...waiting.map(({ protocol, endpoint }) => {
      const found = `${endpoint} (${protocol}) is not confirmed and gets no alerts`;
      return confirmed > 0 ? warning(about, found, confirm) : problem(about, found, confirm);
    }),
  ];
};

/** Checks that there are alarms, and that none is raised. */
export const checkAlarms = (alarms: Part<readonly DeployedAlarm[]>): readonly Finding[] => {
  const about = 'alarms';
  if (!isKnown(alarms)) return [unknown(about, alarms)];
  if (alarms.value.length === 0)
    return [problem(about, 'The stack has no alarms', 'Deploy the stack again with your settings: npm run deploy')];
  const raised = alarms.value.filter(({ inTrouble }) => inTrouble);
  if (raised.length === 0) return [ok(about, `None of ${alarms.value.length} is raised`)];
  return raised.map(({ name, description }) => problem(about, `${name} is raised`, description));
};
