import { readSubscriptions, type TopicSubscription } from '../aws/alert-topic';
import { look, notAvailableHere, type Part } from '../command/part';
import type { Deployment } from './deployment';

/** The subscribers to the alerts of a deployment. */
export const lookAtSubscriptions = async (deployment: Deployment): Promise<Part<readonly TopicSubscription[]>> => {
  const { stack } = deployment;
  if (stack === undefined) return notAvailableHere;
  const { alertTopicArn } = stack;
  if (alertTopicArn !== '') return look(() => readSubscriptions(deployment, alertTopicArn));
  return {
    unknown: 'The stack has no output AlertTopicArn. Deploy it again with your settings: npm run deploy',
    absent: true,
  };
};
