import { Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { TokenRotationProps } from '../../../infra/plan/token-rotation-props';
import { withStack } from '../template';

const findings = (of: Parameters<typeof withStack>[0]): Promise<string[]> =>
  withStack(of, ({ stack }) =>
    [new AwsSolutionsChecks(stack), new ServerlessChecks(stack)].flatMap((pack) =>
      pack
        .validateScope(stack)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(
            ({ constructPath, resourceLogicalId }) => `${ruleName} ${constructPath ?? resourceLogicalId}`,
          ),
        ),
    ),
  );

test.each<[string, TokenRotationProps]>([
  ['the default', {}],
  [
    'customer keys',
    {
      topicKmsKeyArn: 'create',
      secretKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111',
    },
  ],
  ['several secrets, some of which are there', { secretNames: ['a', 'b'], existingSecrets: ['c'] }],
  [
    'every kind of subscriber',
    {
      alertEmails: ['on-call@example.com'],
      alertSubscriptions: [
        'https://example.com/alerts',
        'arn:aws:sqs:us-east-1:123456789012:alerts',
        'arn:aws:lambda:us-east-1:123456789012:function:pager',
      ],
    },
  ],
])('with %s no finding of cdk-nag is left without an answer', async (_, props) => {
  expect(await findings(props)).toEqual([]);
});

test('a topic that accepts requests without TLS is a finding', async () => {
  const found = await findings((app) => {
    const stack = new Stack(app, 'Theirs');
    new Topic(stack, 'Bare');
    return stack;
  });
  expect(found).toContain('AwsSolutions-SNS3 Theirs/Bare/Resource');
});
