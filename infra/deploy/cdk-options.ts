import { parseArgs } from 'node:util';
import type { Environment } from '../../functions/contract/ports';

/** Options that both the CDK's command line and ours read. */
export interface CdkOptions {
  /** The context of `cdk.json`, overridden by `-c`. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly wantsHelp: boolean;
}

const words = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** Reads the options that matter before the CDK runs, and leaves all others to the CDK. */
export const readCdkOptions = (args: readonly string[], fileContext: Readonly<Record<string, unknown>>): CdkOptions => {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      context: { type: 'string', short: 'c', multiple: true },
      profile: { type: 'string' },
      region: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const given = words(values.context).map((word) => {
    // The CDK accepts -c=name=value, too.
    const text = word.replace(/^=/, '');
    const at = text.indexOf('=');
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  });
  return {
    context: { ...fileContext, ...Object.fromEntries(given) },
    profile: words(values.profile)[0],
    region: words(values.region)[0],
    wantsHelp: values.help === true,
  };
};

/**
 * The environment in which the SDK finds the same region, profile and keys as the CDK, which reads more variables and
 * prefers keys to a profile that only a variable names. Both use it, so that the account that was checked is the one
 * that is deployed to.
 */
export const alignEnvironment = (
  env: Environment,
  { profile, region }: Pick<CdkOptions, 'profile' | 'region'>,
): Environment => {
  const chosenRegion =
    region ?? env.AWS_REGION ?? env.AMAZON_REGION ?? env.AWS_DEFAULT_REGION ?? env.AMAZON_DEFAULT_REGION;
  const hasKeys = Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
  const chosenProfile = profile ?? (hasKeys ? undefined : (env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE));
  const { AWS_REGION: _, AWS_PROFILE: __, AWS_DEFAULT_PROFILE: ___, ...rest } = env;
  return {
    ...rest,
    ...(chosenRegion ? { AWS_REGION: chosenRegion } : {}),
    ...(chosenProfile ? { AWS_PROFILE: chosenProfile } : {}),
  };
};
