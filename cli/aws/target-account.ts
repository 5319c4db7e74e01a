import { isRegion } from '../../infra/plan/region';
import { UsageError } from '../../terminal/usage-error';
import { shownName } from '../command/shown-name';
import type { AwsAccess } from './access';
import type { Place } from './asking';

/** A region of an account, with the credentials for it. */
export interface TargetAccount extends Place {
  readonly access: AwsAccess;
}

export const checkRegion = (region: string): string => {
  if (isRegion(region)) return region;
  throw new UsageError(
    'The region must be the name of an AWS region, such as eu-west-1. Check --region or AWS_REGION.',
  );
};

export const shownProfile = ({ profile }: AwsAccess): string | undefined =>
  profile && shownName(profile, 'that you named');

/** @throws UsageError if no region is set, or it is not the name of one */
export const findTargetAccount = async (access: AwsAccess): Promise<TargetAccount> => {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  try {
    const config = access.configFor('CLOUDFORMATION');
    const region = config.region ?? (await new CloudFormationClient(config).config.region());
    return { access, region: checkRegion(region), profile: shownProfile(access) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const sentence =
      'No AWS region is set. Set AWS_REGION, or a region in your AWS profile, or add --region eu-west-1.';
    throw new UsageError(sentence, { cause: error });
  }
};
