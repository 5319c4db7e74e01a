import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { Absent } from '../command/command-failed';
import { asking, itemsOf } from './asking';
import type { TargetAccount } from './target-account';

export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

const absent = (topicArn: string) => {
  const explain = (cause: unknown) =>
    new Absent(
      `There is no topic ${topicArn}, so no alerts are delivered. Deploy the stack again with your settings: npm run deploy`,
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
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn });
  const subscriptions = await asking(
    account,
    'sns:ListSubscriptionsByTopic',
    topicArn,
    () => itemsOf(pages, ({ Subscriptions }) => Subscriptions),
    absent(topicArn),
  );
  return subscriptions.map(({ Protocol: protocol = '', Endpoint: endpoint = '', SubscriptionArn = '' }) => ({
    protocol,
    endpoint,
    // Otherwise it is a word: PendingConfirmation, or Deleted.
    confirmed: SubscriptionArn.startsWith('arn:'),
  }));
};

/** The KMS key of the topic; `undefined` if it has none. */
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
