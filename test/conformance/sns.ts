import { randomUUID } from 'node:crypto';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishCommand,
  type PublishCommandInput,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { createRules, type Deviations, expectRefusal } from './rules';

export interface Connection {
  readonly client: SNSClient;
  close(): Promise<void>;
}

/** The rules of Amazon SNS that alerts depend on. Creates and deletes its own topic. */
export const conformance = (name: string, connect: () => Promise<Connection>, deviations: Deviations = {}): void => {
  describe(`${name} keeps the rules of SNS`, () => {
    const { rule, checkList } = createRules(deviations);
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

    const bad = ['InvalidParameterException', 'InvalidParameter', 'InvalidParameterValueException', 'ValidationError'];

    rule('creating a topic again returns the same one', async () => {
      expect((await client.send(new CreateTopicCommand({ Name: topicName }))).TopicArn).toBe(topic);
    });

    rule('a topic name with other characters than AWS allows is refused', async () => {
      await expectRefusal(client.send(new CreateTopicCommand({ Name: 'not a name' })), ...bad);
    });

    rule('each message gets its own id', async () => {
      const [one, two] = [await publish(), await publish()];
      expect(one.MessageId).toEqual(expect.any(String));
      expect(two.MessageId).not.toBe(one.MessageId);
    });

    rule('text with markup, quotes and accents is taken', async () => {
      const Message = `<a href="x">é & 'ü' > ☂\n</a>`;
      await expect(publish({ Message, Subject: `<"&'>` })).resolves.toHaveProperty('MessageId');
    });

    rule('a topic that does not exist is not found', async () => {
      await expectRefusal(publish({ TopicArn: `${topic}-absent` }), 'NotFoundException');
    });

    rule('an invalid topic ARN is refused', async () => {
      await expectRefusal(publish({ TopicArn: 'not-an-arn' }), ...bad);
    });

    rule('an empty message is refused', async () => {
      await expectRefusal(publish({ Message: '' }), ...bad);
    });

    rule('256 KiB are taken, one byte more is refused', async () => {
      await publish({ Message: 'm'.repeat(262_144) });
      await expectRefusal(publish({ Message: 'm'.repeat(262_145) }), ...bad);
    });

    rule('a subject of 99 characters is taken, a longer or an empty one refused', async () => {
      await publish({ Subject: 's'.repeat(99) });
      await expectRefusal(publish({ Subject: 's'.repeat(100) }), ...bad);
      await expectRefusal(publish({ Subject: '' }), ...bad);
    });

    for (const Subject of ['two\nlines', 'a\ttab', 'a bell\u0007']) {
      rule(`a subject with a control character is refused: ${JSON.stringify(Subject)}`, () =>
        expectRefusal(publish({ Subject }), ...bad),
      );
    }

    rule('a message for each protocol needs JSON', async () => {
      await expectRefusal(publish({ MessageStructure: 'json', Message: 'not json' }), ...bad);
    });

    rule('a message for each protocol needs a default text', async () => {
      await expectRefusal(publish({ MessageStructure: 'json', Message: '{"email":"text"}' }), ...bad);
      await publish({ MessageStructure: 'json', Message: '{"default":"text","email":"other text"}' });
    });

    rule('attributes of each type are taken', async () => {
      const MessageAttributes = {
        severity: { DataType: 'String', StringValue: 'critical' },
        count: { DataType: 'Number', StringValue: '12.5' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        list: { DataType: 'String.Array', StringValue: '["one","two"]' },
      };
      await expect(publish({ MessageAttributes })).resolves.toHaveProperty('MessageId');
    });

    rule('an attribute without a value is refused', async () => {
      await expectRefusal(
        publish({ MessageAttributes: { severity: { DataType: 'String', StringValue: '' } } }),
        ...bad,
      );
    });

    rule('an attribute of an unknown type is refused', async () => {
      await expectRefusal(
        publish({ MessageAttributes: { severity: { DataType: 'Text', StringValue: 'critical' } } }),
        ...bad,
      );
    });

    rule('an e-mail subscription waits for its confirmation', async () => {
      const subscription = { TopicArn: topic, Protocol: 'email', Endpoint: 'nobody@example.com' };
      const { SubscriptionArn } = await client.send(new SubscribeCommand(subscription));
      expect(SubscriptionArn?.toLowerCase()).toBe('pending confirmation');
    });

    rule('ReturnSubscriptionArn returns its ARN', async () => {
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

    rule('a protocol that SNS does not know is refused', async () => {
      await expectRefusal(
        client.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'pigeon', Endpoint: 'nobody@example.com' })),
        ...bad,
      );
    });

    checkList();
  });
};
