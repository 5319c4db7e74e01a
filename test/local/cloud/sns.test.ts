import { SNSClient } from '@aws-sdk/client-sns';
import { startAwsServer } from '../../../local/cloud/aws-http';
import { createSecretsManager } from '../../../local/cloud/secrets-manager';
import { createSns } from '../../../local/cloud/sns';
import { conformance } from './sns.conformance';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

conformance('the embedded server', async () => {
  const clock = { now: () => Date.now() };
  const server = await startAwsServer({ secretsManager: createSecretsManager({ clock }), sns: createSns({ clock }) });
  const client = new SNSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
});
