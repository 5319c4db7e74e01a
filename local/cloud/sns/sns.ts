import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../functions/contract/ports';
import { type Model, type Reply, ServiceError } from '../wire/service';
import { type FilterPolicy, filterPolicy, passes } from './filter-policy';
import { type Attributes, attributesIn, type Input, invalid, isSame, takeOnly, text } from './input';
import { checkMessage, type MessageAttributes, textsByProtocol } from './message';

export interface SnsOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
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

/** `message` is the text for the subscription's protocol. */
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
  readonly attributes: Attributes;
  readonly filter: FilterPolicy;
}

interface Topic {
  readonly attributes: Attributes;
  readonly subscriptions: Subscription[];
  readonly published: PublishedMessage[];
  readonly deliveries: Delivery[];
}

/** What an endpoint of each protocol looks like, and what AWS calls it. */
const endpoints: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [/^[^@\s]+@[^@\s]+$/, 'Email address'],
  https: [/^https:\/\/\S+$/, 'Endpoint must match the specified protocol'],
  sqs: [/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w.-]+$/, 'SQS endpoint ARN'],
  lambda: [/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w:-]+$/, 'Lambda endpoint ARN'],
};

/**
 * Amazon SNS's rules for standard topics, after the API reference (2010-03-31) and replies recorded from AWS. Unlike there,
 * e-mail and HTTPS subscriptions deliver without having been confirmed. Subjects are held to the older, narrower rule:
 * printable ASCII. Every `call` throws `ServiceError` and then has changed nothing.
 */
export const createSns = ({
  clock,
  region = 'us-east-1',
  account = '123456789012',
  newId = randomUUID,
}: SnsOptions): Sns => {
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
    takeOnly('CreateTopic', input, ['Name', 'Attributes']);
    const name = text(input, 'Name');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalid('Topic Name');
    const attributes = attributesIn(input, ['DisplayName', 'KmsMasterKeyId']);
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    const namesake = topics.get(arn);
    if (namesake !== undefined && !isSame(namesake.attributes, attributes)) {
      throw invalid('Attributes Reason: Topic already exists with different attributes');
    }
    if (namesake === undefined) topics.set(arn, { attributes, subscriptions: [], published: [], deliveries: [] });
    return { TopicArn: arn };
  };

  const deleteTopic = (input: Input): Reply => {
    takeOnly('DeleteTopic', input, ['TopicArn']);
    topics.delete(text(input, 'TopicArn'));
    return {};
  };

  const subscribe = (input: Input): Reply => {
    takeOnly('Subscribe', input, ['TopicArn', 'Protocol', 'Endpoint', 'Attributes', 'ReturnSubscriptionArn']);
    const protocol = text(input, 'Protocol');
    const [pattern, called] = (Object.hasOwn(endpoints, protocol) ? endpoints[protocol] : undefined) ?? [];
    if (pattern === undefined || called === undefined) {
      throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`);
    }
    const endpoint = text(input, 'Endpoint');
    if (!pattern.test(endpoint)) throw invalid(called);
    const attributes = attributesIn(input, ['FilterPolicy', 'FilterPolicyScope']);
    const filter = filterPolicy(attributes);
    const [topicArn, topic] = topicIn(input);
    const existing = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (existing !== undefined && !isSame(existing.attributes, attributes)) {
      throw invalid('Attributes Reason: Subscription already exists with different attributes');
    }
    const arn = existing?.arn ?? `${topicArn}:${newId()}`;
    if (existing === undefined) topic.subscriptions.push({ arn, protocol, endpoint, attributes, filter });
    // Queues and functions of the same account need no confirmation.
    const isNamed = ['sqs', 'lambda'].includes(protocol) || String(input.ReturnSubscriptionArn) === 'true';
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
    for (const { arn, protocol, endpoint, filter } of topic.subscriptions) {
      if (!passes(filter, attributes)) continue;
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
