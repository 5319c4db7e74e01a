import { type CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { until } from './until';

/** The stack of the Lambda that this project succeeds, by the name that it gives itself. */
export const predecessorStack = 'momento-auth-token-refresh-stack';

/** As much of its template as MiniStack knows: its rotation schedule is not among that. */
const template = (secretName: string) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
      },
    },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { Name: secretName, GenerateSecretString: {} },
      // What CloudFormation does with a secret unless it is told otherwise.
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Metadata: { 'aws:cdk:path': 'momento-auth-token-refresh-stack/secret/Resource' },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => ({ statusCode: 200 });' },
      },
    },
  },
  Outputs: { FunctionArn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
});

/** @returns the ARN of its function */
export const deployPredecessor = async (stacks: CloudFormationClient, secretName: string): Promise<string> => {
  const StackName = predecessorStack;
  const TemplateBody = JSON.stringify(template(secretName));
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  return until('the predecessor’s stack', async () => {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    return stack?.StackStatus === 'CREATE_COMPLETE' ? stack.Outputs?.[0]?.OutputValue : undefined;
  });
};
