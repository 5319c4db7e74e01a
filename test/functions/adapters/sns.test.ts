import type { PublishCommandInput } from '@aws-sdk/client-sns';
import { readAlertSettings, readAlertTopicArn } from '../../../functions/adapters/settings';
import { createTopic } from '../../../functions/adapters/sns';
import type { Alert, AlertMessage } from '../../../functions/contract/alert';
import type { Sentence } from '../../../functions/language/sentence';

const topicArn = 'arn:aws:sns:us-east-1:123456789012:alerts' as Sentence;

const alert = {
  severity: 'critical',
  secretName: 'my/secret',
  step: 'Refresh',
  error: 'RefreshRejected',
  message: 'Momento refused.',
  validUntil: 1,
  executionArn: 'arn:execution',
  consoleUrl: null,
} as Alert;
const message = { subject: 'subject', lines: ['one', '', 'two'], alert } as unknown as AlertMessage;

test('one message holds a text for people and JSON for programs, with attributes to filter by', async () => {
  const sent: PublishCommandInput[] = [];
  await createTopic({ publish: async (input) => sent.push(input) }, topicArn).publish(message);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ TopicArn: topicArn, Subject: 'subject', MessageStructure: 'json' });
  const texts = JSON.parse(sent[0]?.Message ?? '') as { default: string; email: string };
  expect(texts.email).toBe('one\n\ntwo');
  expect(JSON.parse(texts.default)).toEqual(alert);
  expect(sent[0]?.MessageAttributes).toEqual({
    severity: { DataType: 'String', StringValue: 'critical' },
    step: { DataType: 'String', StringValue: 'Refresh' },
    error: { DataType: 'String', StringValue: 'RefreshRejected' },
    secretName: { DataType: 'String', StringValue: 'my/secret' },
  });
});

test.each([
  ['AuthorizationErrorException', 'AccessDenied'],
  ['KMSAccessDeniedException', 'AccessDenied'],
  ['ExpiredTokenException', 'AccessDenied'],
  ['ExpiredToken', 'AccessDenied'],
  ['InvalidClientTokenId', 'AccessDenied'],
  ['SignatureDoesNotMatch', 'AccessDenied'],
  ['UnrecognizedClientException', 'AccessDenied'],
  ['NotFoundException', 'InvalidInput'],
  ['InvalidParameterException', 'InvalidInput'],
  ['InvalidParameterValueException', 'InvalidInput'],
  ['ValidationError', 'InvalidInput'],
  ['ThrottledException', 'SnsUnavailable'],
  ['InternalErrorException', 'SnsUnavailable'],
  ['KMSThrottlingException', 'SnsUnavailable'],
  ['TimeoutError', 'SnsUnavailable'],
])('%s becomes %s, with the topic in the sentence and not AWS’s message', async (code, name) => {
  const refuse = async () => {
    throw Object.assign(new Error('CANARY'), { name: code });
  };
  const thrown = await createTopic({ publish: refuse }, topicArn)
    .publish(message)
    .catch((error: Error) => error);
  expect(thrown).toMatchObject({ name, message: expect.stringContaining(topicArn) });
  expect(`${(thrown as Error).message}${(thrown as Error).stack}`).not.toContain('CANARY');
});

test('a missing or odd topic is InvalidInput, which names the variable', () => {
  for (const ALERT_TOPIC_ARN of [undefined, '', 'alerts']) {
    expect(() => readAlertTopicArn({ ALERT_TOPIC_ARN })).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('"ALERT_TOPIC_ARN"') }),
    );
  }
  expect(readAlertTopicArn({ ALERT_TOPIC_ARN: topicArn })).toBe(topicArn);
});

test('the time between scheduled runs is a day unless the deployment says otherwise', () => {
  expect(readAlertSettings({}).scheduleInterval).toBe(86_400);
  expect(readAlertSettings({ SCHEDULE_INTERVAL: '' }).scheduleInterval).toBe(86_400);
  expect(readAlertSettings({ SCHEDULE_INTERVAL: '7d' }).scheduleInterval).toBe(604_800);
  expect(() => readAlertSettings({ SCHEDULE_INTERVAL: 'daily' })).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('"SCHEDULE_INTERVAL"') }),
  );
});
