import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { type AwsSettings, awsClientConfig, readAwsSettings } from '../aws/client';
import { isDenial, nameOf, spokenCodeOf } from '../aws/errors';
import type { Topic } from '../contract/alert';
import { RotationError } from '../contract/errors';
import { codeWord, type Sentence, sentence } from '../language/sentence';
import { once, type Runtime } from './runtime';
import { readAlertTopicArn } from './settings';

/** The one call of SNS that an alert makes. An error's name is AWS's code. */
export interface SnsApi {
  publish(input: PublishCommandInput): Promise<unknown>;
}

const createApi = (settings: AwsSettings): SnsApi => {
  const client = new SNSClient(awsClientConfig(settings));
  return { publish: (input) => client.send(new PublishCommand(input)) };
};

/** The topic or the message is wrong, and a retry does not change that. */
const rejections = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
  'NotFoundException',
  'ValidationError',
  'ValidationException',
]);

const explain = (error: unknown, topicArn: Sentence): RotationError => {
  const code = codeWord(spokenCodeOf(error));
  if (isDenial(error)) {
    return new RotationError(
      'AccessDenied',
      sentence`AWS refused sns:Publish on ${topicArn} (${code}), so the alert was not sent. Check the function's role, the topic's policy, and the policy of the topic's KMS key. The state machine publishes a fallback alert.`,
    );
  }
  if (rejections.has(nameOf(error))) {
    return new RotationError(
      'InvalidInput',
      sentence`SNS cannot publish to ${topicArn} (${code}), so the alert was not sent. Check that the topic exists, or deploy the stack again. The state machine publishes a fallback alert.`,
    );
  }
  return new RotationError(
    'SnsUnavailable',
    sentence`SNS could not publish to ${topicArn} (${code}), so the alert was not sent. The state machine tries again, and finally publishes a fallback alert.`,
  );
};

const text = (value: string) => ({ DataType: 'String', StringValue: value });

/** The port over that call. */
export const createTopic = (api: SnsApi, topicArn: Sentence): Topic => ({
  async publish({ subject, lines, alert }) {
    try {
      await api.publish({
        TopicArn: topicArn,
        Subject: subject,
        MessageStructure: 'json',
        // E-mail is for people; every other protocol is for programs.
        Message: JSON.stringify({ default: JSON.stringify(alert), email: lines.join('\n') }),
        MessageAttributes: {
          severity: text(alert.severity),
          step: text(alert.step),
          error: text(alert.error),
          secretName: text(alert.secretName),
        },
      });
    } catch (error) {
      throw explain(error, topicArn);
    }
  },
});

/** The port for a function, created on first use. */
export const connectTopic = (runtime: Runtime): (() => Topic) =>
  once(() => createTopic(createApi(readAwsSettings(runtime.env, 'SNS')), readAlertTopicArn(runtime.env)));
