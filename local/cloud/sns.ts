import { randomUUID } from 'node:crypto';
import type { Clock } from '../../functions/ports';
import { type Model, type Reply, ServiceError } from './service';

export interface SnsOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
  /** For messages and subscriptions. @default random UUIDs */
  readonly newId?: () => string;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** In base64. */
  readonly BinaryValue?: string;
}

export interface PublishedMessage {
  readonly messageId: string;
  readonly subject?: string;
  /** As published: with `MessageStructure: 'json'`, the JSON text. */
  readonly message: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
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

type Matcher = string | { readonly prefix: string };
type FilterPolicy = Readonly<Record<string, readonly Matcher[]>>;
type Attributes = Readonly<Record<string, string>>;
type Input = Readonly<Record<string, unknown>>;

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

const maximumMessageBytes = 262_144;
/** What an endpoint of each protocol looks like, and what AWS calls it. */
const endpoints: Readonly<Record<string, readonly [RegExp, string]>> = {
  email: [/^[^@\s]+@[^@\s]+$/, 'Email address'],
  https: [/^https:\/\/\S+$/, 'Endpoint must match the specified protocol'],
  sqs: [/^arn:[^:]+:sqs:[^:]+:\d{12}:[\w.-]+$/, 'SQS endpoint ARN'],
  lambda: [/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[\w:-]+$/, 'Lambda endpoint ARN'],
};

const invalid = (what: string): ServiceError => new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);
const invalidAttribute = (message: string): ServiceError => new ServiceError('ParameterValueInvalid', message);

const takeOnly = (action: string, input: Input, members: readonly string[]): void => {
  const odd = Object.keys(input).find((member) => input[member] !== undefined && !members.includes(member));
  if (odd !== undefined) throw invalid(`${odd} Reason: ${action} takes no such parameter here`);
};

const text = (input: Input, member: string): string => {
  const value = input[member];
  if (typeof value !== 'string') throw invalid(`${member} Reason: no value for required parameter`);
  return value;
};

const attributesIn = (input: Input, known: readonly string[]): Attributes => {
  const attributes = (input.Attributes ?? {}) as Attributes;
  takeOnly('Attributes', attributes, known);
  return attributes;
};

const isSame = (one: Attributes, other: Attributes): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMatcher = (value: unknown): value is Matcher =>
  typeof value === 'string' ||
  (isObject(value) && Object.keys(value).length === 1 && typeof value.prefix === 'string' && value.prefix !== '');

const filterPolicy = ({ FilterPolicy: json = '{}', FilterPolicyScope: scope }: Attributes): FilterPolicy => {
  if (scope !== undefined && scope !== 'MessageAttributes') {
    throw invalid(`Attributes Reason: FilterPolicyScope: Invalid value [${scope}].`);
  }
  const policy = parsed(json);
  if (!isObject(policy)) throw invalid('Attributes Reason: FilterPolicy: failed to parse JSON.');
  for (const [key, matchers] of Object.entries(policy)) {
    if (!Array.isArray(matchers) || matchers.length === 0 || !matchers.every(isMatcher)) {
      throw invalid(`Attributes Reason: FilterPolicy: "${key}" must be a list of strings or prefixes here`);
    }
  }
  return policy as FilterPolicy;
};

/** The texts of an attribute that a filter policy can match. */
const textsOf = ({ DataType, StringValue = '' }: MessageAttribute): unknown[] => {
  if (DataType === 'String') return [StringValue];
  const list = DataType === 'String.Array' ? parsed(StringValue) : [];
  return Array.isArray(list) ? list : [];
};

const passes = (filter: FilterPolicy, attributes: PublishedMessage['attributes']): boolean =>
  Object.entries(filter).every(([key, matchers]) => {
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    const texts = attribute === undefined ? [] : textsOf(attribute);
    return matchers.some((matcher) =>
      texts.some((value) =>
        typeof matcher === 'string' ? value === matcher : typeof value === 'string' && value.startsWith(matcher.prefix),
      ),
    );
  });

const checkAttribute = (name: string, { DataType: type, StringValue, BinaryValue }: MessageAttribute): void => {
  if (!/^(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/.test(name)) {
    throw invalidAttribute('Can only include alphanumeric characters, hyphens, underscores, or dots.');
  }
  if (typeof type !== 'string') {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
    );
  }
  if (!['String', 'Number', 'Binary', 'String.Array'].includes(type)) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [value, other, field] =
    type === 'Binary' ? [BinaryValue, StringValue, 'Binary'] : [StringValue, BinaryValue, 'String'];
  if (other !== undefined) {
    throw invalidAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (value === undefined || value === '') {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  const isWellFormed =
    type === 'Number' ? Number.isFinite(Number(value)) : type !== 'String.Array' || Array.isArray(parsed(value));
  if (!isWellFormed) throw invalidAttribute(`Could not cast message attribute '${name}' value to ${type}.`);
};

/** Bytes that count towards the limit: the text, and of each attribute its name, type and value. */
const sizeOf = (message: string, attributes: PublishedMessage['attributes']): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length,
    Buffer.byteLength(message),
  );

/** Finds each protocol's text. Texts that are no strings are ignored, as on AWS. */
const textsByProtocol = (input: Input, message: string): ((protocol: string) => string) => {
  if (input.MessageStructure === undefined) return () => message;
  if (input.MessageStructure !== 'json') throw invalid('MessageStructure');
  const texts = parsed(message);
  if (!isObject(texts)) throw invalid('Message Structure - JSON message body failed to parse');
  const fallback = Object.hasOwn(texts, 'default') ? texts.default : undefined;
  if (typeof fallback !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  return (protocol) => {
    const own = texts[protocol];
    return typeof own === 'string' ? own : fallback;
  };
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
    const attributes = (input.MessageAttributes ?? {}) as PublishedMessage['attributes'];
    if (message === '') throw invalid('Empty message');
    if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
    for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
    if (sizeOf(message, attributes) > maximumMessageBytes) throw invalid('Message too long');
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
