import type { SecretName } from './names';

// By the rules of Secrets Manager's CreateSecret: 1 to 512 letters, digits and /_+=.@-

export const isSecretName = (text: string): boolean => /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(text);

/** Secrets Manager adds a hyphen and six characters to the name, and finds the secret without them too. */
export const isSecretArn = (text: string): boolean =>
  /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$/.test(text);

export const isCompleteSecretArn = (text: string): boolean => isSecretArn(text) && /[^:]-[A-Za-z0-9]{6}$/.test(text);

/** The name of a secret, as people, logs and metrics use it, from its name or its ARN. */
export const nameOfSecret = (id: string): SecretName => {
  const [, name = id] = /^arn:.*:secret:(.+?)(?:-[A-Za-z0-9]{6})?$/.exec(id) ?? [];
  return name as SecretName;
};
