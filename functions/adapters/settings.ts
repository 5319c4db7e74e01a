import { RotationError } from '../contract/errors';
import { type MomentoEndpoint, parseMomentoEndpoint } from '../contract/momento-endpoint';
import type { SecretName } from '../contract/names';
import type { Environment } from '../contract/ports';
import { type AlertSettings, type FetchSettings, parseRotateBefore } from '../contract/settings';
import { fieldName, type Sentence, sentence } from '../language/sentence';
import { parseDuration } from '../language/time';

export interface MomentoSettings {
  readonly endpoint: MomentoEndpoint | undefined;
  /** Test a token by reading from this cache instead of listing the caches. */
  readonly validationCache: string | undefined;
}

const invalidVariable = (variable: string, remedy: Sentence): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`The function's environment variable ${fieldName(variable)} is missing or invalid. ${remedy}`,
  );

/** The secret that an execution rotates when its input names none. */
export const readDefaultSecretName = (env: Environment): SecretName => {
  const name = env.DEFAULT_SECRET_NAME;
  if (name) return name as SecretName;
  throw invalidVariable(
    'DEFAULT_SECRET_NAME',
    sentence`Deploy the stack again, or name the secret in the execution's input.`,
  );
};

export const readFetchSettings = (env: Environment): FetchSettings => {
  const rotateBefore = parseRotateBefore(env.ROTATE_BEFORE ?? '');
  if (rotateBefore !== undefined) return { rotateBefore, skipValidation: env.SKIP_VALIDATION === 'true' };
  throw invalidVariable(
    'ROTATE_BEFORE',
    sentence`It must be a duration such as 24h or 7d (s, m, h, d), or a fraction of the token's lifetime such as 0.25. Set rotateBefore and deploy the stack again.`,
  );
};

const readMomentoEndpoint = (env: Environment): MomentoEndpoint | undefined => {
  const text = env.MOMENTO_ENDPOINT_OVERRIDE;
  const endpoint = text ? parseMomentoEndpoint(text) : undefined;
  if (endpoint || !text) return endpoint;
  throw invalidVariable(
    'MOMENTO_ENDPOINT_OVERRIDE',
    sentence`It must be https://HOST:PORT, or http://127.0.0.1:PORT for a Momento on this machine. Set momentoEndpoint and deploy the stack again.`,
  );
};

export const readMomentoSettings = (env: Environment): MomentoSettings => ({
  endpoint: readMomentoEndpoint(env),
  validationCache: env.VALIDATION_CACHE?.trim() || undefined,
});

export const readAlertTopicArn = (env: Environment): Sentence => {
  const arn = env.ALERT_TOPIC_ARN ?? '';
  if (/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/.test(arn)) return arn as Sentence;
  throw invalidVariable('ALERT_TOPIC_ARN', sentence`Deploy the stack again.`);
};

/** The interval is a day by default. */
export const readAlertSettings = (env: Environment): AlertSettings => {
  const scheduleInterval = parseDuration(env.SCHEDULE_INTERVAL || '1d');
  if (scheduleInterval !== undefined) return { scheduleInterval };
  throw invalidVariable(
    'SCHEDULE_INTERVAL',
    sentence`It must be a duration such as 24h or 7d. Deploy the stack again.`,
  );
};
