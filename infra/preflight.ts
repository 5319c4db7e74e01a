import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** What must be so before the CDK can do anything in an account. Errors carry AWS's or Node's code as their name or `code`. */
export interface Access {
  /** Where the credentials lead. Rejects if no region is set. */
  region(): Promise<string>;
  /** Whose the credentials are. */
  callerAccount(region: string): Promise<string>;
  /** Of the CDK's own stack in that account and region. */
  bootstrapVersion(region: string, qualifier: string): Promise<string | undefined>;
}

/** Through the AWS SDK, with the credentials and settings that the CDK finds as well. */
export const accessThroughSdk = (): Access => ({
  region: () => new STSClient({}).config.region(),
  callerAccount: async (region) => {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return Account ?? '';
  },
  bootstrapVersion: async (region, qualifier) => {
    const Name = `/cdk-bootstrap/${qualifier}/version`;
    return (await new SSMClient({ region }).send(new GetParameterCommand({ Name }))).Parameter?.Value;
  },
});

/** Something is missing for a deployment. Its message is one sentence or two: what, and how to get it. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

export interface Target {
  readonly account: string;
  readonly region: string;
}

const codesOf = (error: unknown): readonly string[] => {
  const { name, code, cause } = error as { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown };
  return [name, code].filter((each) => typeof each === 'string').concat(cause ? codesOf(cause) : []) as string[];
};

const absent = ['CredentialsProviderError', 'TokenProviderError'];
const expired = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const unknown = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'AccessDenied',
  'AccessDeniedException',
];
const unreachable = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'TimeoutError',
];

/** Its own text may be long and speak of classes: the sentences say what to do. */
const explainCredentials = (error: unknown, region: string): string => {
  const codes = codesOf(error);
  const has = (some: readonly string[]): boolean => codes.some((code) => some.includes(code));
  if (has(absent)) {
    return 'There are no AWS credentials. Set AWS_PROFILE to a profile that has some (aws configure, or aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  }
  if (has(expired)) return 'The AWS credentials have expired. Get new ones, for instance with aws sso login.';
  if (has(unknown)) return 'AWS does not accept the credentials. Look at AWS_PROFILE and the AWS_… variables.';
  if (has(unreachable))
    return `AWS cannot be reached in ${region}. Is there a network, and is the region's name right?`;
  return `AWS did not say whose the credentials are (${codes[0] ?? 'for no reason'}). Try again.`;
};

const settled = async <T>(call: Promise<T>, explain: (error: unknown) => string): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    throw new NotReady(explain(error));
  }
};

/**
 * Finds out who is about to deploy, and where.
 * @param wanted what the settings say
 * @throws NotReady if there is no region, no credentials, or they are another account's
 */
export const findTarget = async (access: Access, wanted: Partial<Target>): Promise<Target> => {
  const region =
    wanted.region ??
    (await settled(
      access.region(),
      () => 'No AWS region is set. Set AWS_REGION, or a region in your AWS profile, or add -c region=eu-west-1.',
    ));
  const account = await settled(access.callerAccount(region), (error) => explainCredentials(error, region));
  if (wanted.account !== undefined && wanted.account !== account) {
    throw new NotReady(
      `The setting account is ${wanted.account}, but the AWS credentials are those of ${account}. Change one of them.`,
    );
  }
  return { account, region };
};

/**
 * @throws NotReady if the CDK has not been bootstrapped there, in as many words as it takes to do so. Whoever may not look at the
 * parameter may deploy all the same.
 */
export const requireBootstrap = async (
  access: Access,
  { account, region }: Target,
  qualifier: string,
): Promise<void> => {
  try {
    await access.bootstrapVersion(region, qualifier);
  } catch (error) {
    if (!codesOf(error).includes('ParameterNotFound')) return;
    throw new NotReady(
      `The CDK has not been set up in account ${account} in ${region} yet. Once for both: npx cdk bootstrap aws://${account}/${region}`,
    );
  }
};
