import { Annotations, ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { requireDistinct } from '../plan/plan';
import { SettingError } from '../plan/setting-error';
import type { TokenRotationProps } from '../plan/token-rotation-props';

export interface AlertTopicProps
  extends Pick<TokenRotationProps, 'topicKey' | 'topicKmsKeyArn' | 'alertEmails' | 'alertSubscriptions'> {
  /** For alerts that could not be delivered to a subscriber. */
  readonly undelivered: IQueue;
}

const isEmail = (text: string): boolean => /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(text);

const protocolOf = (endpoint: string): SubscriptionProtocol => {
  if (/^https:\/\/[^\s/]+/.test(endpoint)) return SubscriptionProtocol.HTTPS;
  if (/^arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}$/.test(endpoint)) return SubscriptionProtocol.SQS;
  if (/^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(endpoint))
    return SubscriptionProtocol.LAMBDA;
  const allowed =
    'it must be an https URL, or the ARN of an SQS queue or of a Lambda function; put e-mail addresses in alertEmails';
  throw new SettingError('alertSubscriptions', endpoint, allowed);
};

/**
 * The services that publish to the topic without one of our roles, and the kind of resource that publishes. The topic's
 * default policy would let them; our own policy replaces it.
 */
const publishers = [
  { sid: 'AlarmsPublish', service: 'cloudwatch', resource: 'alarm', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
  { sid: 'RulesPublish', service: 'events', resource: 'rule', arnFormat: ArnFormat.SLASH_RESOURCE_NAME },
] as const;

const principalOf = ({ service }: (typeof publishers)[number]): ServicePrincipal =>
  new ServicePrincipal(`${service}.amazonaws.com`);

/**
 * No condition: EventBridge does not tell KMS which rule it calls for, so a condition on the source would drop its
 * messages silently. The topic's policy has that condition.
 */
const useOfKey = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'AlarmsAndRulesPublishAlerts',
    principals: publishers.map(principalOf),
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
  });

/** The topic for all alerts, and the permissions that each publisher needs. */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: IKey | undefined;
  /** The statement that the key's policy needs, if the user has to add it. */
  keyPolicy: string | undefined;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    this.key = this.keyOf(props);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Momento token rotation',
      enforceSSL: true,
      ...(this.key ? { masterKey: this.key } : {}),
    });
    this.letServicesPublish();
    if (!this.key) {
      Validations.of(this.topic).acknowledge({
        id: 'AwsSolutions-SNS2',
        reason:
          'Alerts contain no secrets, and a customer managed key silences every publisher that may not use it. It is opt-in.',
      });
    }
    const { alertEmails = [], alertSubscriptions = [] } = props;
    requireDistinct('alertEmails', alertEmails);
    requireDistinct('alertSubscriptions', alertSubscriptions);
    for (const email of alertEmails) {
      if (!isEmail(email)) throw new SettingError('alertEmails', email, 'it must be an e-mail address');
      this.subscribeByEmail(email);
    }
    for (const endpoint of alertSubscriptions) this.subscribe(endpoint, props.undelivered);
  }

  private keyOf({ topicKey, topicKmsKeyArn }: AlertTopicProps): IKey | undefined {
    if (topicKey) {
      topicKey.addToResourcePolicy(useOfKey());
      return topicKey;
    }
    if (topicKmsKeyArn === undefined) return undefined;
    if (topicKmsKeyArn === 'create') {
      const key = new Key(this, 'Key', {
        description: 'Encrypts the alerts about the rotation of Momento tokens',
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      key.addToResourcePolicy(useOfKey());
      return key;
    }
    Annotations.of(this).addWarningV2(
      'token-rotation:topicKeyPolicy',
      'This stack cannot change the policy of the alert topic’s key. Add the statement in the output AlertTopicKeyPolicy to it; otherwise alarms and rules cannot send alerts.',
    );
    this.keyPolicy = JSON.stringify(useOfKey().toStatementJson());
    return Key.fromKeyArn(this, 'Key', topicKmsKeyArn);
  }

  /**
   * Allows all alarms and rules of this account, which is part of their ARNs, and not only the stack's own: the policy
   * must exist before the first of them is created. There is no condition on the account, because not every service
   * says for which account it publishes.
   */
  private letServicesPublish(): void {
    for (const publisher of publishers) {
      const { sid, service, resource, arnFormat } = publisher;
      const sources = Stack.of(this).formatArn({ service, resource, arnFormat, resourceName: '*' });
      this.topic.addToResourcePolicy(
        new PolicyStatement({
          sid,
          principals: [principalOf(publisher)],
          actions: ['sns:Publish'],
          resources: [this.topic.topicArn],
          conditions: { ArnLike: { 'aws:SourceArn': sources } },
        }),
      );
    }
  }

  private subscribeByEmail(endpoint: string): void {
    const subscription = new Subscription(this, endpoint, {
      topic: this.topic,
      protocol: SubscriptionProtocol.EMAIL,
      endpoint,
    });
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'SNS does not learn whether an e-mail arrives after it is sent.',
    });
  }

  private subscribe(endpoint: string, undelivered: IQueue): void {
    const protocol = protocolOf(endpoint);
    new Subscription(this, endpoint, { topic: this.topic, protocol, endpoint, deadLetterQueue: undelivered });
    if (protocol !== SubscriptionProtocol.LAMBDA) return;
    new CfnPermission(this, `${endpoint} permission`, {
      action: 'lambda:InvokeFunction',
      functionName: endpoint,
      principal: 'sns.amazonaws.com',
      sourceArn: this.topic.topicArn,
    });
  }
}
