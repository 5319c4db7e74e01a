import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { UsageError } from '../../terminal/usage-error';
import { shownName } from '../command/shown-name';
import { asking, type Place } from './asking';
import type { TargetAccount } from './target-account';

interface StackDescription {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

/** CloudFormation has no specific code for a stack that does not exist. */
const absent = (name: string, { region }: Place) => ({
  ValidationError: (cause: unknown) =>
    new UsageError(
      `There is no stack ${shownName(name, 'with the name that you gave')} in ${region}. Deploy it (npm run deploy), or name yours with --stack and its region with --region.`,
      { cause },
    ),
});

/** @throws UsageError if there is no such stack */
export const describeStack = async (place: TargetAccount, name: string): Promise<StackDescription> => {
  const client = new CloudFormationClient(place.access.configFor('CLOUDFORMATION'));
  const { Stacks: [stack] = [] } = await asking(
    place,
    'cloudformation:DescribeStacks',
    shownName(name, 'the stack'),
    () => client.send(new DescribeStacksCommand({ StackName: name })),
    absent(name, place),
  );
  return {
    status: stack?.StackStatus ?? 'unknown',
    outputs: Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  };
};
