import { Stack } from 'aws-cdk-lib';
import { consoles } from '../../functions/contract/execution-arn';
import type { TokenRotation } from '../construct/token-rotation';
import type { TokenRotationProps } from '../plan/token-rotation-props';

/** An output of the stack to copy into a shell, or to open. */
interface NextStep {
  readonly name: string;
  readonly description: string;
  readonly value: string;
}

/** Without a region the partition is unknown at synthesis: the console is then the one that most people use. */
const consoleFor = ({ partition }: Stack): string => consoles[partition] ?? 'console.aws.amazon.com';

const alerting = (
  emails: readonly string[],
  others: readonly string[],
  region: string,
  topicArn: string,
): readonly NextStep[] => {
  if (emails.length > 0) {
    return [
      {
        name: 'Next2ConfirmEmail',
        description: 'Amazon SNS has sent a confirmation e-mail. No alerts arrive until it is confirmed.',
        value: `Confirm the subscription in the e-mail to ${emails.join(', ')}`,
      },
    ];
  }
  if (others.length > 0) return [];
  return [
    {
      name: 'Next2BeAlerted',
      description: 'Use your own address, and confirm the e-mail from AWS',
      value: `aws sns subscribe --region ${region} --topic-arn ${topicArn} --protocol email --notification-endpoint you@example.com`,
    },
  ];
};

/**
 * What to do after a deployment. Numbered, because outputs are shown in alphabetical order.
 */
export const nextStepsOf = (
  { secrets: [secret], alertTopic, stateMachine }: Pick<TokenRotation, 'secrets' | 'alertTopic' | 'stateMachine'>,
  { alertEmails = [], alertSubscriptions = [] }: Pick<TokenRotationProps, 'alertEmails' | 'alertSubscriptions'>,
): readonly NextStep[] => {
  if (secret === undefined) return [];
  const stack = Stack.of(alertTopic);
  const { region } = stack;
  const machine = stateMachine.stateMachineArn;
  const where = `--stack ${stack.stackName} --region ${region}`;
  return [
    ...(secret.isCreated
      ? [
          {
            name: 'Next1ImportToken',
            description:
              'Stores the token file from the Momento console, momento_token.info.json, in the secret. With several secrets, run it for each with --secret.',
            value: `npx momento-rotation import ${where}`,
          },
        ]
      : []),
    ...alerting(alertEmails, alertSubscriptions, region, alertTopic.topicArn),
    {
      name: 'Next3Rotate',
      description: 'Starts the first rotation and shows its progress',
      value: `npx momento-rotation rotate ${where}`,
    },
    {
      name: 'Next4Watch',
      description: 'Executions in the console',
      value: `https://${consoleFor(stack)}/states/home?region=${region}#/statemachines/view/${machine}`,
    },
  ];
};
