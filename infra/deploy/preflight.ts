import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expiredCredentials, refusedCredentials } from '../../functions/aws/errors';
import { UsageError } from '../../terminal/usage-error';

/** What the CDK needs in an account, asked of AWS. Errors carry the code of AWS or Node as their `name` or `code`. */
export interface Access {
  /** The configured region. Rejects if none is set. */
  region(): Promise<string>;
  /** The account of the credentials. */
  callerAccount(region: string): Promise<string>;
  /** Rejects with `ParameterNotFound` if the region is not bootstrapped. */
  findBootstrap(region: string, qualifier: string): Promise<unknown>;
}

/** Through the AWS SDK, with the credentials and settings that the CDK also finds. */
export const accessThroughSdk = (): Access => ({
  region: () => new STSClient({}).config.region(),
  callerAccount: async (region) => {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    return Account ?? '';
  },
  findBootstrap: (region, qualifier) =>
    new SSMClient({ region }).send(new GetParameterCommand({ Name: `/cdk-bootstrap/${qualifier}/version` })),
});

/** Target and credentials, as far as the command line and the settings specify them. */
interface Wanted {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

interface Target {
  readonly region: string;
  /** The account of the credentials; `undefined` if it could not be determined, although the CDK may be able to. */
  readonly account: string | undefined;
}

const codesOf = (error: unknown): readonly string[] => {
  const { name, code, cause } = error as { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown };
  return [code, name].filter((each) => typeof each === 'string').concat(cause ? codesOf(cause) : []) as string[];
};

const absent = ['CredentialsProviderError', 'TokenProviderError'];
const refused = [...refusedCredentials, 'AccessDenied', 'AccessDeniedException'];
const unreachable = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'TimeoutError',
];

/** Only the SDK's message tells why credentials are missing. It is long and names classes, so it is not shown. */
const explainAbsence = (message: string, profile: string | undefined): string => {
  const who = profile === undefined ? '' : ` of the profile ${profile}`;
  if (/\bSSO\b/i.test(message))
    return `The login${who} is missing or has expired. Log in with aws sso login${profile ? ` --profile ${profile}` : ''}.`;
  if (profile !== undefined) {
    return `There are no AWS credentials in the profile ${profile}. Check the name: aws configure list-profiles shows all profiles.`;
  }
  return 'There are no AWS credentials. Set AWS_PROFILE to a profile with credentials (aws configure, or aws sso login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
};

/**
 * Explains an error about the credentials, or about the connection to AWS.
 * @returns `undefined` for any other error, and where the CDK may succeed although this check did not
 */
export const explainCredentials = (error: unknown, region: string, profile: string | undefined): string | undefined => {
  const codes = codesOf(error);
  const has = (some: readonly string[]): boolean => codes.some((code) => some.includes(code));
  const { message } = error as Error;
  // The CDK asks the user for the MFA code.
  if (has(absent)) return /\bMFA\b/i.test(message) ? undefined : explainAbsence(message, profile);
  if (has(expiredCredentials)) return 'The AWS credentials have expired. Get new ones, for example with aws sso login.';
  if (has(refused)) {
    return `AWS does not accept the credentials in ${region}. Check AWS_PROFILE and the AWS_… variables, and that the region is enabled in the account.`;
  }
  if (has(unreachable))
    return `AWS cannot be reached in ${region}. Check the network connection and the region's name.`;
  return undefined;
};

/**
 * Determines the account and region to deploy to.
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

/**
 * With cross-account trust the stack goes to another account than that of the credentials, which these then cannot
 * check.
 */
export const isOwnAccount = ({ account }: Target, wanted: Wanted): boolean =>
  account !== undefined && (wanted.account ?? account) === account;

/**
 * Without the permission to read the parameter, the user can still deploy. So the check is skipped, as it is for
 * another account.
 * @throws UsageError with the command that bootstraps the CDK, if that has not been done
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
    throw new UsageError(`The CDK is not bootstrapped in account ${account} in ${region}. Run this once: ${command}`);
  }
};
