import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import cdkJson from '../../cdk.json';
import { TokenRotationStack } from '../../infra/stack';
import type { TokenRotationProps } from '../../infra/token-rotation-props';

const findings = (props: TokenRotationProps): string[] => {
  const app = new App({ context: { ...cdkJson.context, 'aws:cdk:bundling-stacks': [] } });
  const stack = new TokenRotationStack(app, 'MomentoTokenRotation', props);
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
    pack
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(
          ({ constructPath, resourceLogicalId }) => `${ruleName} ${constructPath ?? resourceLogicalId}`,
        ),
      ),
  );
};

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
])('with %s no finding of cdk-nag is left without an answer', (_, props) => {
  expect(findings(props)).toEqual([]);
});
