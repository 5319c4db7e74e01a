import type { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * All props are optional. Without any, one new secret is rotated every day, and alerts go to a topic without
 * subscribers.
 */
export interface TokenRotationProps {
  /**
   * Names of secrets to create. Import a token into each after the deployment. They are retained when the stack is
   * deleted.
   * @default - `momento/authentication-token`, or none if there are `existingSecrets`
   */
  readonly secretNames?: readonly string[];
  /**
   * Names or complete ARNs of existing secrets in the stack's account and region.
   * @default - none
   */
  readonly existingSecrets?: readonly string[];
  /**
   * When each secret is checked, and rotated if due: `rate(...)` or `cron(...)` in the syntax of EventBridge Scheduler.
   * @default rate(1 day)
   */
  readonly schedule?: string;
  /**
   * The time zone of a cron schedule, by its IANA name.
   * @default UTC
   */
  readonly timeZone?: string;
  /**
   * Minutes within which a scheduled run may start, to spread many secrets. Less than the schedule interval.
   * @default 0
   */
  readonly flexibleWindowMinutes?: number;
  /**
   * Rotate only when less than this remains until the token expires: a time such as `7d` or `36h`, or a fraction of its
   * lifetime such as `0.25`. A time must be longer than the schedule interval.
   * @default - every scheduled run rotates
   */
  readonly rotateBefore?: string;
  /**
   * ARN of the customer managed KMS key that encrypts all the secrets.
   * @default - the AWS managed key, `aws/secretsmanager`
   */
  readonly secretKmsKeyArn?: string;
  /**
   * Customer managed KMS key that encrypts the alert topic: its ARN, or `create`. If you use an ARN, add the policy
   * from the stack's output `AlertTopicKeyPolicy` to the key: the stack cannot do that.
   * @default - no customer managed key
   */
  readonly topicKmsKeyArn?: string;
  /**
   * A key of your CDK app for the alert topic, instead of `topicKmsKeyArn`. The permissions for publishers are added to
   * its policy.
   * @default - no customer managed key
   */
  readonly topicKey?: IKey;
  /**
   * E-mail addresses that get the alerts. AWS sends none to an address that has not confirmed.
   * @default - none
   */
  readonly alertEmails?: readonly string[];
  /**
   * Other subscribers: https URLs, ARNs of SQS queues or of Lambda functions.
   * @default - none
   */
  readonly alertSubscriptions?: readonly string[];
  /**
   * Make new tokens current without testing them.
   * @default false
   */
  readonly skipValidation?: boolean;
  /**
   * A Momento cache to read from when a token is tested, for keys that may not list caches.
   * @default - tokens are tested by listing the caches
   */
  readonly validationCache?: string;
  /**
   * Hours without a successful run for a secret before the alarm is raised; maximum 168.
   * @default - 2 × the schedule interval + 3 hours
   */
  readonly noSuccessHours?: number;
  /**
   * The alarm is raised if a token expires in fewer hours than this after a run.
   * @default - the schedule interval
   */
  readonly expiryHours?: number;
  /**
   * How long logs are kept, in days; one of the values that CloudWatch Logs accepts.
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * `https://HOST:PORT` instead of the Momento endpoint that is encoded in the key, for all calls.
   * @default - the endpoint in the key
   */
  readonly momentoEndpoint?: string;
}
