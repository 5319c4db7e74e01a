import { type Deployment, whyNotOfDeployment } from '../../../cli/deployment/deployment';

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:momento/authentication-token-AbCdEf';
const stack = { name: 'MomentoTokenRotation', status: 'CREATE_COMPLETE', alertTopicArn: '', scheduleNames: [] };
const deployment = { stack, secretIds: [secretArn, 'momento/other'] } as unknown as Deployment;

test.each(['momento/authentication-token', secretArn, 'momento/other'])(
  '%s is one of the deployment’s secrets',
  (secret) => {
    expect(whyNotOfDeployment(deployment, secret)).toBeUndefined();
  },
);

test('for a mistyped name, the message lists the existing names', () => {
  expect(whyNotOfDeployment(deployment, 'momento/mistyped')).toBe(
    'momento/mistyped is not a secret of this deployment. Its secrets are: momento/authentication-token, momento/other.',
  );
});

test('without a stack, the rotated secrets are unknown, so no name is refused', () => {
  expect(whyNotOfDeployment({ ...deployment, stack: undefined }, 'momento/mistyped')).toBeUndefined();
});
