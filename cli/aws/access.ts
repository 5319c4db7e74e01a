import { type AwsSettings, awsClientConfig, readAwsSettings } from '../../functions/aws/client';
import type { Environment } from '../../functions/contract/ports';
import { alignEnvironment } from '../../infra/deploy/cdk-options';
import { UsageError } from '../../terminal/usage-error';

/** The credentials and endpoints of a command. */
export interface AwsAccess {
  readonly profile: string | undefined;
  /** Configuration for an SDK client. */
  configFor(service: string): ReturnType<typeof awsClientConfig> & { readonly profile?: string };
}

/**
 * The same credentials, region and endpoints that the deployment uses. A profile on the command line takes precedence
 * over keys in environment variables.
 */
export const accessOf = (
  env: Environment,
  chosen: { readonly profile?: string | undefined; readonly region?: string | undefined },
): AwsAccess => {
  const aligned = alignEnvironment(env, { profile: chosen.profile, region: chosen.region });
  const profile = aligned.AWS_PROFILE;
  // The SDK uses the profile as well, and would print a warning about the keys.
  if (chosen.profile !== undefined) delete process.env.AWS_ACCESS_KEY_ID;
  return {
    profile,
    configFor: (service) => {
      const settings: AwsSettings = readAwsSettings(aligned, service);
      if (settings.endpoint !== undefined && !URL.canParse(settings.endpoint)) {
        throw new UsageError(
          `AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_${service}) must be a URL. Unset it to use AWS itself.`,
        );
      }
      const config = awsClientConfig({ ...settings, credentials: profile ? undefined : settings.credentials });
      return profile ? { ...config, profile } : config;
    },
  };
};
