import { randomUUID } from 'node:crypto';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishCommand,
  type PublishCommandInput,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';

export interface Connection {
  readonly client: SNSClient;
  close(): Promise<void>;
}

/** The rules of Amazon SNS that alerts build on. Makes and removes its own topics. */
export const conformance = (name: string, connect: () => Promise<Connection>): void => {
  describe(`${name} keeps the rules of SNS`, () => {
    let connection: Connection;
    let client: SNSClient;
    let topic: string;

    const topicName = `rotation-conformance-${randomUUID()}`;

    beforeAll(async () => {
      connection = await connect();
      client = connection.client;
      topic = String((await client.send(new CreateTopicCommand({ Name: topicName }))).TopicArn);
    });

    afterAll(async () => {
      await client.send(new DeleteTopicCommand({ TopicArn: topic }));
      await connection.close();
    });

    const publish = (input: Partial<PublishCommandInput> = {}) =>
      client.send(new PublishCommand({ TopicArn: topic, Message: 'a message', ...input }));

    const refusal = async (call: Promise<unknown>, ...codes: string[]): Promise<void> => {
      const error: unknown = await call.then(
        () => new Error('The call was not refused.'),
        (reason) => reason,
      );
      expect(codes).toContain((error as Error).name);
    };
    const bad = ['InvalidParameterException', 'InvalidParameter', 'InvalidParameterValueException', 'ValidationError'];

    test('making a topic again gives the same one', async () => {
      expect((await client.send(new CreateTopicCommand({ Name: topicName }))).TopicArn).toBe(topic);
    });

    test('a topic name with other characters than AWS allows is refused', async () => {
      await refusal(client.send(new CreateTopicCommand({ Name: 'not a name' })), ...bad);
    });

    test('a message gets an id of its own', async () => {
      const [one, two] = [await publish(), await publish()];
      expect(one.MessageId).toEqual(expect.any(String));
      expect(two.MessageId).not.toBe(one.MessageId);
    });

    test('text with markup, quotes and accents is taken', async () => {
      const Message = `<a href="x">é & 'ü' > ☂\n</a>`;
      await expect(publish({ Message, Subject: `<"&'>` })).resolves.toHaveProperty('MessageId');
    });

    test('a topic that does not exist is not found', async () => {
      await refusal(publish({ TopicArn: `${topic}-absent` }), 'NotFoundException');
    });

    test('a topic ARN that is none is refused', async () => {
      await refusal(publish({ TopicArn: 'not-an-arn' }), ...bad);
    });

    test('an empty message is refused', async () => {
      await refusal(publish({ Message: '' }), ...bad);
    });

    test('256 KiB are taken, one byte more is refused', async () => {
      await publish({ Message: 'm'.repeat(262_144) });
      await refusal(publish({ Message: 'm'.repeat(262_145) }), ...bad);
    });

    test('a subject of 99 characters is taken, a longer or an empty one refused', async () => {
      await publish({ Subject: 's'.repeat(99) });
      await refusal(publish({ Subject: 's'.repeat(100) }), ...bad);
      await refusal(publish({ Subject: '' }), ...bad);
    });

    test.each(['two\nlines', 'a\ttab', 'a bell\u0007'])(
      'a subject with a control character is refused: %j',
      (Subject) => refusal(publish({ Subject }), ...bad),
    );

    test('a message for each protocol needs JSON', async () => {
      await refusal(publish({ MessageStructure: 'json', Message: 'not json' }), ...bad);
    });

    test('a message for each protocol needs a default text', async () => {
      await refusal(publish({ MessageStructure: 'json', Message: '{"email":"text"}' }), ...bad);
      await publish({ MessageStructure: 'json', Message: '{"default":"text","email":"other text"}' });
    });

    test('attributes of each type are taken', async () => {
      const MessageAttributes = {
        severity: { DataType: 'String', StringValue: 'critical' },
        count: { DataType: 'Number', StringValue: '12.5' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        list: { DataType: 'String.Array', StringValue: '["one","two"]' },
      };
      await expect(publish({ MessageAttributes })).resolves.toHaveProperty('MessageId');
    });

    test('an attribute without a value is refused', async () => {
      await refusal(publish({ MessageAttributes: { severity: { DataType: 'String', StringValue: '' } } }), ...bad);
    });

    test('an attribute of an unknown type is refused', async () => {
      await refusal(
        publish({ MessageAttributes: { severity: { DataType: 'Text', StringValue: 'critical' } } }),
        ...bad,
      );
    });

    test('an e-mail subscription waits for its confirmation', async () => {
      const subscription = { TopicArn: topic, Protocol: 'email', Endpoint: 'nobody@example.com' };
      const { SubscriptionArn } = await client.send(new SubscribeCommand(subscription));
      expect(SubscriptionArn?.toLowerCase()).toBe('pending confirmation');
    });

    test('its ARN can be asked for', async () => {
      const { SubscriptionArn } = await client.send(
        new SubscribeCommand({
          TopicArn: topic,
          Protocol: 'email',
          Endpoint: 'nobody@example.com',
          ReturnSubscriptionArn: true,
        }),
      );
      expect(SubscriptionArn?.startsWith(`${topic}:`)).toBe(true);
    });

    test('a protocol that SNS does not know is refused', async () => {
      await refusal(
        client.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'pigeon', Endpoint: 'nobody@example.com' })),
        ...bad,
      );
    });

    test('a filter policy that is not JSON is refused', async () => {
      const Attributes = { FilterPolicy: 'not json' };
      await refusal(
        client.send(
          new SubscribeCommand({ TopicArn: topic, Protocol: 'email', Endpoint: 'other@example.com', Attributes }),
        ),
        ...bad,
      );
    });
  });
};
