import type { SecretName } from '../contract';
import { parseRotateBefore } from '../due';
import { RotationError } from '../errors';
import type { FetchSettings } from '../ports';
import { fieldName, sentence } from '../sentence';
import { type MomentoEndpoint, parseMomentoEndpoint } from './momento-endpoint';

export interface MomentoSettings {
  readonly endpoint: MomentoEndpoint | undefined;
  /** Test a token by a read from this cache, instead of listing the caches. */
  readonly validationCache: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The secret that an execution rotates when its input names none. */
export const readDefaultSecretName = (env: Environment): SecretName => {
  const name = env.DEFAULT_SECRET_NAME;
  if (name) return name as SecretName;
  throw new RotationError(
    'InvalidInput',
    sentence`The function's environment variable ${fieldName('DEFAULT_SECRET_NAME')} is missing. Deploy the stack again, or name the secret in the execution's input.`,
  );
};

export const readFetchSettings = (env: Environment): FetchSettings => ({
  rotateBefore: parseRotateBefore(env.ROTATE_BEFORE),
  skipValidation: env.SKIP_VALIDATION === 'true',
});

export const readMomentoSettings = (env: Environment): MomentoSettings => ({
  endpoint: parseMomentoEndpoint(env.MOMENTO_ENDPOINT_OVERRIDE),
  validationCache: env.VALIDATION_CACHE?.trim() || undefined,
});
