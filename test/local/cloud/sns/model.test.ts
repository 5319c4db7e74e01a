import { createSns } from '../../../../local/cloud/sns/sns';

const setUp = () => {
  let ids = 0;
  const sns = createSns({
    clock: { now: () => 1_800_000_000_123 },
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  });
  const TopicArn = String(sns.call('CreateTopic', { Name: 'alerts' }).TopicArn);
  return {
    sns,
    TopicArn,
    subscribe: (Protocol: string, Endpoint: string, policy?: unknown) =>
      sns.call('Subscribe', {
        TopicArn,
        Protocol,
        Endpoint,
        ...(policy === undefined ? {} : { Attributes: { FilterPolicy: JSON.stringify(policy) } }),
      }),
    publish: (input: Record<string, unknown> = {}) => sns.call('Publish', { TopicArn, Message: 'a message', ...input }),
    texts: () => sns.deliveries(TopicArn).map(({ protocol, message }) => [protocol, message]),
  };
};

const invalidParameter = expect.objectContaining({ code: 'InvalidParameter', httpStatus: 400 });

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

test('a message reaches every subscription', () => {
  const { sns, TopicArn, subscribe, publish } = setUp();
  subscribe('email', 'a@example.com');
  const { SubscriptionArn } = subscribe('sqs', 'arn:aws:sqs:us-east-1:123456789012:queue');
  const attributes = { severity: text('warning') };
  publish({ Subject: 'a subject', MessageAttributes: attributes });
  const published = {
    messageId: 'id-3',
    subject: 'a subject',
    message: 'a message',
    attributes,
    publishedAt: 1_800_000_000_123,
  };
  expect(sns.published(TopicArn)).toEqual([published]);
  expect(sns.deliveries(TopicArn)).toEqual([
    { ...published, subscriptionArn: `${TopicArn}:id-1`, protocol: 'email', endpoint: 'a@example.com' },
    expect.objectContaining({ subscriptionArn: SubscriptionArn, protocol: 'sqs' }),
  ]);
});

test('each protocol gets its own text, or the default', () => {
  const { subscribe, publish, texts } = setUp();
  subscribe('email', 'a@example.com');
  subscribe('https', 'https://example.com/hook');
  subscribe('lambda', 'arn:aws:lambda:us-east-1:123456789012:function:alert');
  publish({ MessageStructure: 'json', Message: '{"default":"for all","email":"for mail","lambda":7}' });
  expect(texts()).toEqual([
    ['email', 'for mail'],
    ['https', 'for all'],
    ['lambda', 'for all'],
  ]);
});

test.each([
  ['a string that is in the list', { severity: ['critical', 'warning'] }, true],
  ['a string that is not', { severity: ['critical'] }, false],
  ['a prefix', { severity: [{ prefix: 'warn' }] }, true],
  ['another prefix', { severity: [{ prefix: 'crit' }] }, false],
  ['an attribute that is missing', { step: ['Refresh'] }, false],
  ['two keys that both match', { severity: ['warning'], names: ['two'] }, true],
  ['two keys of which one matches', { severity: ['warning'], names: ['three'] }, false],
  ['an element of an array', { names: [{ prefix: 'tw' }] }, true],
  ['a number, which is no string', { count: ['7'] }, false],
  ['no key at all', {}, true],
])('a filter policy with %s', (_, policy, passes) => {
  const { subscribe, publish, texts } = setUp();
  subscribe('email', 'a@example.com', policy);
  publish({
    MessageAttributes: {
      severity: text('warning'),
      names: text('["one","two"]', 'String.Array'),
      count: text('7', 'Number'),
    },
  });
  expect(texts()).toHaveLength(passes ? 1 : 0);
});

test.each([[{ severity: 'critical' }], [{ severity: [] }], [{ severity: [{ suffix: 'x' }] }], [['critical']]])(
  'a filter policy that cannot be applied here is refused: %j',
  (policy) => {
    const { subscribe } = setUp();
    expect(() => subscribe('email', 'a@example.com', policy)).toThrow(invalidParameter);
  },
);

test('a filter on message bodies is refused', () => {
  const { sns, TopicArn } = setUp();
  const subscription = { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' };
  const Attributes = { FilterPolicyScope: 'MessageBody' };
  expect(() => sns.call('Subscribe', { ...subscription, Attributes })).toThrow(invalidParameter);
  sns.call('Subscribe', { ...subscription, Attributes: { FilterPolicyScope: 'MessageAttributes' } });
});

test('the same subscription again is the same one, with another filter it is refused', () => {
  const { subscribe, publish, texts } = setUp();
  subscribe('email', 'a@example.com', { severity: ['critical'] });
  subscribe('email', 'a@example.com', { severity: ['critical'] });
  expect(() => subscribe('email', 'a@example.com')).toThrow(invalidParameter);
  publish({ MessageAttributes: { severity: text('critical') } });
  expect(texts()).toHaveLength(1);
});

test.each([
  ['email', 'nobody'],
  ['https', 'http://example.com'],
  ['sqs', 'https://sqs.example.com/queue'],
  ['lambda', 'alert'],
])('an endpoint that does not fit its protocol is refused: %s %s', (protocol, endpoint) => {
  expect(() => setUp().subscribe(protocol, endpoint)).toThrow(invalidParameter);
});

test.each([' leading space', 'umlaut ü', '', 'line\nbreak'])(
  'a subject outside the narrow rule is refused: %j',
  (Subject) => {
    const { publish, sns, TopicArn } = setUp();
    expect(() => publish({ Subject })).toThrow(invalidParameter);
    expect(sns.published(TopicArn)).toEqual([]);
  },
);

test('attributes count towards the size of a message', () => {
  const { publish } = setUp();
  const Message = 'm'.repeat(262_144 - 'aString'.length - 1);
  publish({ Message, MessageAttributes: { a: text('v') } });
  expect(() => publish({ Message, MessageAttributes: { a: text('vv') } })).toThrow(invalidParameter);
});

test.each([
  ['no value', 'a', { DataType: 'String' }],
  ['a value in the wrong field', 'a', { DataType: 'Binary', StringValue: 'text' }],
  ['a number that is none', 'a', { DataType: 'Number', StringValue: 'seven' }],
  ['an array that is none', 'a', { DataType: 'String.Array', StringValue: 'one' }],
  ['a name that starts with a dot', '.a', { DataType: 'String', StringValue: 'text' }],
])('an attribute with %s is refused', (_, name, attribute) => {
  expect(() => setUp().publish({ MessageAttributes: { [name]: attribute } })).toThrow(
    expect.objectContaining({ code: 'ParameterValueInvalid' }),
  );
});

test('a topic of another account is not ours to publish to', () => {
  expect(() => setUp().publish({ TopicArn: 'arn:aws:sns:us-east-1:210987654321:alerts' })).toThrow(
    expect.objectContaining({ code: 'AuthorizationError', httpStatus: 403 }),
  );
});

test('a topic that was deleted is not found', () => {
  const { sns, TopicArn, publish } = setUp();
  sns.call('DeleteTopic', { TopicArn });
  expect(() => publish()).toThrow(expect.objectContaining({ code: 'NotFound', httpStatus: 404 }));
});

test('parameters and actions that are not embedded are refused and named', () => {
  const { sns, publish } = setUp();
  expect(() => publish({ PhoneNumber: '+15550100' })).toThrow(/PhoneNumber/);
  expect(() => sns.call('PublishBatch', {})).toThrow(/PublishBatch/);
});
