import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { Absent } from '../command/command-failed';
import { asking } from './asking';
import type { TargetAccount } from './target-account';

export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

const absent = (topicArn: string) => {
  const explain = (cause: unknown) =>
    new Absent(
      `There is no topic ${topicArn}, so nobody is alerted. Deploy the stack again with your settings: npm run deploy`,
      {
        cause,
      },
    );
  return { NotFoundException: explain, NotFound: explain };
};

export const readSubscriptions = async (
  account: TargetAccount,
  topicArn: string,
): Promise<readonly TopicSubscription[]> => {
  const client = new SNSClient(account.access.configFor('SNS'));
  const subscriptions: TopicSubscription[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListSubscriptionsByTopicCommand({
      TopicArn: topicArn,
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const page = await asking(
      account,
      'sns:ListSubscriptionsByTopic',
      topicArn,
      () => client.send(command),
      absent(topicArn),
    );
    for (const { Protocol: protocol = '', Endpoint: endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? []) {
      // Instead of an ARN there is a word: PendingConfirmation, or Deleted.
      subscriptions.push({ protocol, endpoint, confirmed: SubscriptionArn.startsWith('arn:') });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return subscriptions;
};

/** The key that the topic is encrypted with; `undefined`: none. */
export const readTopicKey = async (account: TargetAccount, topicArn: string): Promise<string | undefined> => {
  const client = new SNSClient(account.access.configFor('SNS'));
  const command = new GetTopicAttributesCommand({ TopicArn: topicArn });
  const { Attributes = {} } = await asking(
    account,
    'sns:GetTopicAttributes',
    topicArn,
    () => client.send(command),
    absent(topicArn),
  );
  return Attributes.KmsMasterKeyId || undefined;
};
