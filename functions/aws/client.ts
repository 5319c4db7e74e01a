import type { Environment } from '../contract/ports';

/** The AWS clients' settings, from a function's environment variables. */
export interface AwsSettings {
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
}

/**
 * Reads the variables that Lambda sets, and the SDK's own `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`. The SDK
 * looks for missing settings in its usual places.
 * @param service the service's name in that variable, such as `SECRETS_MANAGER`
 */
export const readAwsSettings = (env: Environment, service: string): AwsSettings => ({
  region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
  endpoint: env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL,
  credentials:
    env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY
      ? {
          accessKeyId: env.AWS_ACCESS_KEY_ID,
          secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
          ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
        }
      : undefined,
});

/**
 * Three attempts of at most five seconds: 25 s with the longest pauses of the SDK, well under the shortest function
 * timeout. Without `throwOnRequestTimeout` the SDK only warns about a request that hangs.
 */
export const awsClientConfig = ({ region, endpoint, credentials }: AwsSettings) => ({
  ...(region ? { region } : {}),
  ...(endpoint ? { endpoint } : {}),
  ...(credentials ? { credentials } : {}),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});
