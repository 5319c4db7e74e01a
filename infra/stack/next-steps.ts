import { Stack } from 'aws-cdk-lib';
import { consoles } from '../../functions/contract/execution-arn';
import type { TokenRotation } from '../construct/token-rotation';
import type { TokenRotationProps } from '../plan/token-rotation-props';

/** An output of the stack that is to be copied into a shell, or opened. */
export interface NextStep {
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
        description: 'Amazon SNS has written to them; nobody is alerted before',
        value: `Confirm the subscription in the e-mail to ${emails.join(', ')}`,
      },
    ];
  }
  if (others.length > 0) return [];
  return [
    {
      name: 'Next2BeAlerted',
      description: 'With your own address, and confirm the e-mail that comes',
      value: `aws sns subscribe --region ${region} --topic-arn ${topicArn} --protocol email --notification-endpoint you@example.com`,
    },
  ];
};

/**
 * What to do after a deployment, in its order: outputs are shown by the alphabet.
 * @param subscribers those by e-mail have to confirm
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
              'The token document from Momento’s console, momento_token.info.json, becomes the value of the secret; if there are several, for each, with --secret',
            value: `npx momento-rotation import ${where}`,
          },
        ]
      : []),
    ...alerting(alertEmails, alertSubscriptions, region, alertTopic.topicArn),
    {
      name: 'Next3Rotate',
      description: 'The first rotation, followed to its end',
      value: `npx momento-rotation rotate ${where}`,
    },
    {
      name: 'Next4Watch',
      description: 'Its executions in the console',
      value: `https://${consoleFor(stack)}/states/home?region=${region}#/statemachines/view/${machine}`,
    },
  ];
};
