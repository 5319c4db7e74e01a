import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../functions/contract/ports';
import { type Model, type Reply, ServiceError } from '../wire/service';
import { type Input, invalid, takeOnly, text } from './input';
import { checkMessage, type MessageAttributes, textsByProtocol } from './message';

export interface SnsOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** For messages and subscriptions. @default random UUIDs */
  readonly newId?: () => string;
}

export interface PublishedMessage {
  readonly messageId: string;
  readonly subject?: string;
  /** As published: with `MessageStructure: 'json'`, the JSON text. */
  readonly message: string;
  readonly attributes: MessageAttributes;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}

/** A message as a subscriber gets it: `message` is the text for the subscription's protocol. */
export interface Delivery extends PublishedMessage {
  readonly subscriptionArn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

export interface Sns extends Model {
  published(topicArn: string): readonly PublishedMessage[];
  deliveries(topicArn: string): readonly Delivery[];
}

interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

interface Topic {
  readonly subscriptions: Subscription[];
  readonly published: PublishedMessage[];
  readonly deliveries: Delivery[];
}

const region = 'us-east-1';
const account = '123456789012';

/** The pattern of each protocol's endpoints, and how AWS describes one in a refusal. */
const endpoints: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [/^[^@\s]+@[^@\s]+$/, 'Email address'],
  https: [/^https:\/\/\S+$/, 'Endpoint must match the specified protocol'],
};

const notEmbedded = ['http', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose'];

/**
 * Amazon SNS's rules for standard topics, from the API reference (2010-03-31) and from replies recorded on AWS.
 * Two things differ: subscriptions deliver without a confirmation, and subjects follow the older, narrower rule of
 * printable ASCII.
 * A `call` that throws `ServiceError` has changed nothing.
 */
export const createSns = ({ clock, newId = randomUUID }: SnsOptions): Sns => {
  const topics = new Map<string, Topic>();

  const topicIn = (input: Input): readonly [string, Topic] => {
    const arn = text(input, 'TopicArn');
    const [, , , arnRegion, arnAccount, ...rest] = arn.split(':');
    if (rest.length === 0) {
      throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${arn.split(':').length}`);
    }
    if (arnRegion !== region) throw invalid('TopicArn');
    if (arnAccount !== account) {
      throw new ServiceError('AuthorizationError', `Not authorized to act on resource: ${arn}`, 403);
    }
    const topic = topics.get(arn);
    if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return [arn, topic];
  };

  const createTopic = (input: Input): Reply => {
    takeOnly('CreateTopic', input, ['Name']);
    const name = text(input, 'Name');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name');
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    if (!topics.has(arn)) topics.set(arn, { subscriptions: [], published: [], deliveries: [] });
    return { TopicArn: arn };
  };

  const deleteTopic = (input: Input): Reply => {
    takeOnly('DeleteTopic', input, ['TopicArn']);
    topics.delete(text(input, 'TopicArn'));
    return {};
  };

  const subscribe = (input: Input): Reply => {
    takeOnly('Subscribe', input, ['TopicArn', 'Protocol', 'Endpoint', 'ReturnSubscriptionArn']);
    const protocol = text(input, 'Protocol');
    const known = Object.hasOwn(endpoints, protocol) ? endpoints[protocol] : undefined;
    if (known === undefined) {
      const isOfAws = notEmbedded.includes(protocol);
      throw invalid(
        isOfAws
          ? `Protocol Reason: the embedded SNS has no ${protocol}`
          : `Amazon SNS does not support this protocol string: ${protocol}`,
      );
    }
    const [pattern, description] = known;
    const endpoint = text(input, 'Endpoint');
    if (!pattern.test(endpoint)) throw invalid(description);
    const [topicArn, topic] = topicIn(input);
    const existing = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    const arn = existing?.arn ?? `${topicArn}:${newId()}`;
    if (existing === undefined) topic.subscriptions.push({ arn, protocol, endpoint });
    const isNamed = String(input.ReturnSubscriptionArn) === 'true';
    return { SubscriptionArn: isNamed ? arn : 'pending confirmation' };
  };

  const publish = (input: Input): Reply => {
    takeOnly('Publish', input, ['TopicArn', 'Message', 'Subject', 'MessageStructure', 'MessageAttributes']);
    const message = text(input, 'Message');
    const subject = input.Subject === undefined ? undefined : text(input, 'Subject');
    const attributes = (input.MessageAttributes ?? {}) as MessageAttributes;
    checkMessage(message, subject, attributes);
    const textFor = textsByProtocol(input, message);
    const [, topic] = topicIn(input);
    const published: PublishedMessage = {
      messageId: newId(),
      ...(subject === undefined ? {} : { subject }),
      message,
      attributes,
      publishedAt: clock.now(),
    };
    topic.published.push(published);
    for (const { arn, protocol, endpoint } of topic.subscriptions) {
      topic.deliveries.push({
        ...published,
        message: textFor(protocol),
        subscriptionArn: arn,
        protocol,
        endpoint,
      });
    }
    return { MessageId: published.messageId };
  };

  const actions = new Map([
    ['CreateTopic', createTopic],
    ['DeleteTopic', deleteTopic],
    ['Subscribe', subscribe],
    ['Publish', publish],
  ]);

  return {
    service: 'sns',
    call: (name, input) => {
      const action = actions.get(name);
      if (action === undefined) throw new ServiceError('InvalidAction', `The embedded SNS has no ${name}.`);
      return action(input);
    },
    published: (topicArn) => topicIn({ TopicArn: topicArn })[1].published,
    deliveries: (topicArn) => topicIn({ TopicArn: topicArn })[1].deliveries,
  };
};
