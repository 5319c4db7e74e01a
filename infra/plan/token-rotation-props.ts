import type { IKey } from 'aws-cdk-lib/aws-kms';

/** All of it is optional: without any, one new secret is rotated every day, and alerts go to a topic that nobody reads yet. */
export interface TokenRotationProps {
  /**
   * Names of secrets to create, for you to import a token into. They stay when the stack is deleted.
   * @default - `momento/authentication-token`, or none if there are `existingSecrets`
   */
  readonly secretNames?: readonly string[];
  /**
   * Names or complete ARNs of secrets that are there already, in the stack's account and region.
   * @default - none
   */
  readonly existingSecrets?: readonly string[];
  /**
   * When to look at each secret: `rate(...)` or `cron(...)`, as EventBridge Scheduler takes it.
   * @default rate(1 day)
   */
  readonly schedule?: string;
  /**
   * The time zone of a cron schedule, by its IANA name.
   * @default UTC
   */
  readonly timeZone?: string;
  /**
   * Minutes within which a scheduled run may start, to spread many secrets. Fewer than there are between two runs.
   * @default 0
   */
  readonly flexibleWindowMinutes?: number;
  /**
   * Rotate only when less than this is left of a token's life: a time such as `7d` or `36h`, or a fraction of its life such as
   * `0.25`. Longer than the longest time between two runs.
   * @default - every scheduled run rotates
   */
  readonly rotateBefore?: string;
  /**
   * ARN of the customer KMS key that all the secrets are, or are to be, encrypted with.
   * @default - Secrets Manager's own key, `aws/secretsmanager`
   */
  readonly secretKmsKeyArn?: string;
  /**
   * `create` for a customer KMS key that the alert topic is encrypted with, or the ARN of one. To a key that is given by its
   * ARN you have to add the policy that the stack's output `AlertTopicKeyPolicy` holds: the stack cannot.
   * @default - no customer key
   */
  readonly topicKmsKeyArn?: string;
  /**
   * A key of your CDK app for the alert topic, instead of `topicKmsKeyArn`: what publishers need is added to its policy.
   * @default - no customer key
   */
  readonly topicKey?: IKey;
  /**
   * E-mail addresses that get the alerts, once the people behind them have confirmed.
   * @default - none
   */
  readonly alertEmails?: readonly string[];
  /**
   * What else gets the alerts: https URLs, ARNs of SQS queues or of Lambda functions.
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
   * After this many hours without a success for a secret an alarm is raised; at most 168.
   * @default - twice the longest time between two runs, and three hours
   */
  readonly noSuccessHours?: number;
  /**
   * When a token has fewer hours than this to live after a run, an alarm is raised.
   * @default - the longest time between two runs
   */
  readonly expiryHours?: number;
  /**
   * How long logs are kept, in days: one of the numbers that CloudWatch Logs knows.
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * A URL to which all of Momento's endpoints resolve, `https://HOST:PORT`; for a Momento that is not where the key says.
   * @default - where the key says
   */
  readonly momentoEndpoint?: string;
}
