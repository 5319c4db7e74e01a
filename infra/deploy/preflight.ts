import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UsageError } from '../../terminal/usage-error';

/** What must be so before the CDK can do anything in an account. Errors carry AWS's or Node's code as their name or `code`. */
export interface Access {
  /** Where the credentials lead. Rejects if no region is set. */
  region(): Promise<string>;
  /** Whose the credentials are. */
  callerAccount(region: string): Promise<string>;
  /** Rejects with `ParameterNotFound` if the CDK's own stack is not there. */
  findBootstrap(region: string, qualifier: string): Promise<unknown>;
}

/** Through the AWS SDK, with the credentials and settings that the CDK finds as well. */
export const accessThroughSdk = (): Access => ({
  region: () => new STSClient({}).config.region(),
  callerAccount: async (region) => {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return Account ?? '';
  },
  findBootstrap: (region, qualifier) =>
    new SSMClient({ region }).send(new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` })),
});

/** Where to, and with what, as far as the command line and the settings say. */
export interface Wanted {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

export interface Target {
  readonly region: string;
  /** Whose the credentials are; `undefined` if that could not be found out, though the CDK may. */
  readonly account: string | undefined;
}

const codesOf = (error: unknown): readonly string[] => {
  const { name, code, cause } = error as { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown };
  return [code, name].filter((each) => typeof each === 'string').concat(cause ? codesOf(cause) : []) as string[];
};

const absent = ['CredentialsProviderError', 'TokenProviderError'];
const expired = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const refused = [
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

/** The SDK tells the ways of having no credentials apart by words alone. Its text may be long and speak of classes. */
const explainAbsence = (message: string, profile: string | undefined): string => {
  const who = profile === undefined ? '' : ` of the profile ${profile}`;
  if (/\bSSO\b/i.test(message))
    return `The login${who} is missing or has expired. Log in with aws sso login${profile ? ` --profile ${profile}` : ''}.`;
  if (profile !== undefined) {
    return `There are no AWS credentials${who}. Is its name right? aws configure list-profiles shows those that there are.`;
  }
  return 'There are no AWS credentials. Set AWS_PROFILE to a profile that has some (aws configure, or aws sso login), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
};

/**
 * What is wrong with the credentials, or with the way to AWS.
 * @returns nothing if the error is about neither, or the CDK may be able to do what this look could not
 */
export const explainCredentials = (error: unknown, region: string, profile: string | undefined): string | undefined => {
  const codes = codesOf(error);
  const has = (some: readonly string[]): boolean => codes.some((code) => some.includes(code));
  const { message } = error as Error;
  // The CDK asks for the code.
  if (has(absent)) return /\bMFA\b/i.test(message) ? undefined : explainAbsence(message, profile);
  if (has(expired)) return 'The AWS credentials have expired. Get new ones, for instance with aws sso login.';
  if (has(refused)) {
    return `AWS does not accept the credentials in ${region}. Look at AWS_PROFILE and the AWS_… variables, and whether the account has enabled that region.`;
  }
  if (has(unreachable))
    return `AWS cannot be reached in ${region}. Is there a network, and is the region's name right?`;
  return undefined;
};

/**
 * Finds out who is about to deploy, and where.
 * @throws UsageError if there is no region, or there are no credentials that AWS accepts
 */
export const findTarget = async (access: Access, wanted: Wanted): Promise<Target> => {
  const region =
    wanted.region ??
    (await access.region().catch(() => {
      throw new UsageError(
        'No AWS region is set. Set AWS_REGION, or a region in your AWS profile, or add -c region=eu-west-1.',
      );
    }));
  try {
    return { region, account: await access.callerAccount(region) };
  } catch (error) {
    const explanation = explainCredentials(error, region, wanted.profile);
    if (explanation !== undefined) throw new UsageError(explanation);
    return { region, account: undefined };
  }
};

/** One account may deploy into another that trusts it; what these credentials see then is not the place. */
export const isOwnAccount = ({ account }: Target, wanted: Wanted): boolean =>
  account !== undefined && (wanted.account ?? account) === account;

/**
 * Whoever may not look at the parameter may deploy all the same, and so may one account into another that trusts it.
 * @throws UsageError if the CDK has not been bootstrapped there, with the command that does so
 */
export const requireBootstrap = async (
  access: Access,
  target: Target,
  qualifier: string | undefined,
  wanted: Wanted,
): Promise<void> => {
  if (!isOwnAccount(target, wanted)) return;
  const { region, account } = target;
  try {
    await access.findBootstrap(region, qualifier ?? 'hnb659fds');
  } catch (error) {
    if (!codesOf(error).includes('ParameterNotFound')) return;
    const options = [
      ...(qualifier === undefined ? [] : [`--qualifier ${qualifier}`]),
      ...(wanted.profile === undefined ? [] : [`--profile ${wanted.profile}`]),
    ];
    const command = ['npx cdk bootstrap', `aws://${account}/${region}`, ...options].join(' ');
    throw new UsageError(
      `The CDK has not been set up in account ${account} in ${region} yet. Once for both: ${command}`,
    );
  }
};
