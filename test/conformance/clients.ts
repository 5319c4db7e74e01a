import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { createSecretsManager } from '../../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../../local/cloud/sns/sns';
import { startAwsServer } from '../../local/cloud/wire/aws-http';

/** The location of a service: on loopback, or in the account of the credentials in the environment. */
export type Place = { readonly url: string } | { readonly region: string };

const configOf = (place: Place) =>
  'region' in place
    ? place
    : {
        endpoint: place.url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        maxAttempts: 1,
      };

interface Closable {
  destroy(): void;
}

const connected = <Client extends Closable>(client: Client, close: () => Promise<void>) => ({
  client,
  close: async () => {
    client.destroy();
    await close();
  },
});

export const connectSecretsManager = (place: Place, close = async () => {}) =>
  connected(new SecretsManagerClient(configOf(place)), close);

export const connectSns = (place: Place, close = async () => {}) => connected(new SNSClient(configOf(place)), close);

/** The embedded services, over HTTP. */
export const startEmbedded = () => {
  const clock = { now: () => Date.now() };
  return startAwsServer({ secretsManager: createSecretsManager({ clock }), sns: createSns({ clock }) });
};
