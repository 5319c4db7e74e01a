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
    subscribe: (Protocol: string, Endpoint: string) => sns.call('Subscribe', { TopicArn, Protocol, Endpoint }),
    publish: (input: Record<string, unknown> = {}) => sns.call('Publish', { TopicArn, Message: 'a message', ...input }),
    texts: () => sns.deliveries(TopicArn).map(({ protocol, message }) => [protocol, message]),
  };
};

const invalidParameter = expect.objectContaining({ code: 'InvalidParameter', httpStatus: 400 });

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });

test('a message reaches every subscription', () => {
  const { sns, TopicArn, subscribe, publish } = setUp();
  subscribe('email', 'a@example.com');
  subscribe('https', 'https://example.com/hook');
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
    {
      ...published,
      subscriptionArn: `${TopicArn}:id-2`,
      protocol: 'https',
      endpoint: 'https://example.com/hook',
    },
  ]);
});

test.each([
  ['its own text', '{"default":"for all","email":"for mail"}', 'for mail'],
  ['the default, if there is no text for it', '{"default":"for all","https":"for hooks"}', 'for all'],
  ['the default, if its text is not a string', '{"default":"for all","email":7}', 'for all'],
])('a protocol gets %s', (_, Message, expected) => {
  const { subscribe, publish, texts } = setUp();
  subscribe('email', 'a@example.com');
  publish({ MessageStructure: 'json', Message });
  expect(texts()).toEqual([['email', expected]]);
});

test('a subscription that is made again stays one', () => {
  const { subscribe, publish, texts } = setUp();
  subscribe('email', 'a@example.com');
  subscribe('email', 'a@example.com');
  publish();
  expect(texts()).toHaveLength(1);
});

test.each([
  ['email', 'nobody'],
  ['https', 'http://example.com'],
  ['sqs', 'arn:aws:sqs:us-east-1:123456789012:queue'],
])(
  'an endpoint that does not fit its protocol, or a protocol that is not embedded, is refused: %s %s',
  (protocol, endpoint) => {
    expect(() => setUp().subscribe(protocol, endpoint)).toThrow(invalidParameter);
  },
);

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
  ['a number that is not one', 'a', { DataType: 'Number', StringValue: 'seven' }],
  ['an array that is not one', 'a', { DataType: 'String.Array', StringValue: 'one' }],
  ['a name that starts with a dot', '.a', { DataType: 'String', StringValue: 'text' }],
])('an attribute with %s is refused', (_, name, attribute) => {
  expect(() => setUp().publish({ MessageAttributes: { [name]: attribute } })).toThrow(
    expect.objectContaining({ code: 'ParameterValueInvalid' }),
  );
});

test('publishing to a topic of another account is not authorized', () => {
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
  const { sns, TopicArn, publish } = setUp();
  expect(() => publish({ PhoneNumber: '+15550100' })).toThrow(/PhoneNumber/);
  const subscription = { TopicArn, Protocol: 'email', Endpoint: 'a@example.com' };
  const Attributes = { FilterPolicy: '{"severity":["critical"]}' };
  expect(() => sns.call('Subscribe', { ...subscription, Attributes })).toThrow(/Attributes/);
  expect(() => sns.call('PublishBatch', {})).toThrow(/PublishBatch/);
});
