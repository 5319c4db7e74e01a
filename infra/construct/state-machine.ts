import { ArnFormat, Aws, Names, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type CfnStateMachine, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { definitionForDeployment, integrationArns } from '../../statemachine/definition';

export interface RotationStateMachineProps {
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  readonly topic: ITopic;
  readonly topicKey: IKey | undefined;
  readonly logRetention: RetentionDays;
}

/** The state machine from its file. Its log has every step, without execution data. */
export class RotationStateMachine extends Construct {
  readonly stateMachine: StateMachine;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: RotationStateMachineProps) {
    super(scope, id);
    const { functions, topic, topicKey, logRetention } = props;
    const stack = Stack.of(this);
    this.logGroup = new LogGroup(this, 'Logs', {
      // Log groups with another prefix need an entry in the account's log resource policy, which has a size limit.
      logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 200, separator: '-' })}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const anyStateMachine = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const role = new Role(this, 'Role', {
      description: 'Permissions of the rotation state machine',
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          // Any state machine, because this one's ARN is known only after the role is created.
          ArnLike: { 'aws:SourceArn': anyStateMachine },
        },
      }),
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Rotates a Momento token kept in AWS Secrets Manager',
      definitionBody: DefinitionBody.fromString(definitionForDeployment()),
      definitionSubstitutions: {
        ...integrationArns(Aws.PARTITION),
        AlertTopicArn: topic.topicArn,
        ...Object.fromEntries(functionNames.map((name) => [`${name}FunctionArn`, functions[name].functionArn])),
      },
      role,
      tracingEnabled: true,
      logs: { destination: this.logGroup, level: LogLevel.ALL, includeExecutionData: false },
    });
    (this.stateMachine.node.defaultChild as CfnStateMachine).addMetadata('cfn-lint', {
      // E3601: the schema of cfn-lint lacks the OutputPath of Succeed states.
      // W3005: the CDK also lists the role in DependsOn, next to the policy of the role.
      config: { ignore_checks: ['E3601', 'W3005'] },
    });
    for (const name of functionNames) this.allow('lambda:InvokeFunction', functions[name].functionArn);
    // For the alert that the state machine publishes if the alert function fails.
    this.allow('sns:Publish', topic.topicArn);
    if (topicKey) {
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) this.allow(action, topicKey.keyArn);
    }
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The actions of X-Ray and those for log delivery do not support resources.',
    });
  }

  private allow(action: string, resource: string): void {
    const statement = new PolicyStatement({ actions: [action], resources: [resource] });
    if (action.startsWith('kms:')) {
      statement.addCondition('StringEquals', { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` });
    }
    this.stateMachine.addToRolePolicy(statement);
  }
}
