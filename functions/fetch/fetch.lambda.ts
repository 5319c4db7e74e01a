import { type Connections, lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { readDefaultSecretName, readFetchSettings } from '../adapters/settings';
import { parseFetchEvent } from '../contract/step-event';
import { fetchRotation } from './fetch';

export const wire = (runtime: Runtime, { secrets = connectSecrets(runtime) }: Connections = {}) =>
  serve(
    runtime,
    'fetch',
    (event) => parseFetchEvent(event, () => readDefaultSecretName(runtime.env)),
    (event, ports) => fetchRotation({ ...ports, secrets: secrets() }, readFetchSettings(runtime.env))(event),
  );

export const handler = wire(lambdaRuntime);
