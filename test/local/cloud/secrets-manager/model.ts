import {
  createSecretsManager,
  type SecretsManagerOptions,
} from '../../../../local/cloud/secrets-manager/secrets-manager';
import { ServiceError } from '../../../../local/cloud/wire/service';

export const day = 86_400_000;
export const token = (number: number): string => `version-${String(number).padStart(28, '0')}`;

export const setUp = (options: Partial<SecretsManagerOptions> = {}) => {
  let now = 1_800_000_000_123;
  const model = createSecretsManager({ clock: { now: () => now }, ...options });
  model.call('CreateSecret', { Name: 'a/secret', SecretString: 'value-0', ClientRequestToken: token(0) });
  return {
    model,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    put: (number: number, VersionStages?: string[]) =>
      model.call('PutSecretValue', {
        SecretId: 'a/secret',
        SecretString: `value-${number}`,
        ClientRequestToken: token(number),
        VersionStages,
      }),
    read: (input: Record<string, unknown> = {}) =>
      model.call('GetSecretValue', { SecretId: 'a/secret', ...input }).SecretString,
    ids: () => model.snapshot('a/secret').map(({ versionId }) => versionId),
  };
};

export const refused = (code: string) => expect.objectContaining({ name: 'ServiceError', code });
export const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
  return 'not refused';
};
