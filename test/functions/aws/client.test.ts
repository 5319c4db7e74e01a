import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientConfig } from '../../../functions/aws/client';
import { createSecretsManager } from '../../../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../../../local/cloud/sns/sns';
import { startAwsServer } from '../../../local/cloud/wire/aws-http';
import { type Intercept, interceptable, ServiceError } from '../../../local/cloud/wire/service';

// With the times of a function: ../../proofs/sdk-waits.test.ts.

/** Describes a secret by a client whose requests may take half a second. */
const describeThrough = async (intercept: Intercept): Promise<string | undefined> => {
  const clock = { now: () => Date.now() };
  const secretsManager = createSecretsManager({ clock });
  secretsManager.call('CreateSecret', { Name: 'name', SecretString: 'x', ClientRequestToken: 'a'.repeat(32) });
  const server = await startAwsServer({
    secretsManager: interceptable(secretsManager, intercept),
    sns: createSns({ clock }),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const config = awsClientConfig({ region: 'us-east-1', endpoint: server.url, credentials });
  const requestHandler = { ...config.requestHandler, requestTimeout: 500 };
  const client = new SecretsManagerClient({ ...config, requestHandler });
  try {
    return (await client.send(new DescribeSecretCommand({ SecretId: 'name' }))).Name;
  } finally {
    client.destroy();
    await server.close();
  }
};

test.each<[string, () => Promise<never>]>([
  ['does not answer', () => new Promise(() => {})],
  ['throttles', () => Promise.reject(new ServiceError('ThrottlingException', 'slow down'))],
])('a service that %s once is asked again within the call', async (_, fail) => {
  let failed = 0;
  const name = await describeThrough((_call, proceed) => {
    if (failed > 0) return proceed();
    failed += 1;
    return fail();
  });
  expect([name, failed]).toEqual(['name', 1]);
});
