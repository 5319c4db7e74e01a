import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

// The floor: no function that reads a secret through the AWS SDK loads less.

const client = new SecretsManagerClient({});

export const handler = ({ secret }: { readonly secret: string }) =>
  client.send(new GetSecretValueCommand({ SecretId: secret }));
