import { connectSecretsManager, connectSns, startEmbedded } from './clients';
import { conformance as secretsManager } from './secrets-manager';
import { conformance as sns } from './sns';

secretsManager('the embedded server', async () => {
  const server = await startEmbedded();
  return connectSecretsManager(server, server.close);
});

sns('the embedded server', async () => {
  const server = await startEmbedded();
  return connectSns(server, server.close);
});

// Against a real account, with credentials in the environment: CONFORMANCE_REGION=eu-west-1 npx jest test/conformance
const region = process.env.CONFORMANCE_REGION;
if (region) {
  secretsManager(`AWS in ${region}`, async () => connectSecretsManager({ region }));
  sns(`AWS in ${region}`, async () => connectSns({ region }));
}
