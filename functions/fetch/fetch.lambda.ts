import { lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { readDefaultSecretName, readFetchSettings } from '../adapters/settings';
import { fetchRotation } from './fetch';
import { parseFetchEvent } from '../contract/step-event';

export const wire = (runtime: Runtime, secrets = connectSecrets(runtime)) =>
  serve(
    runtime,
    'fetch',
    (event) => parseFetchEvent(event, () => readDefaultSecretName(runtime.env)),
    (event, ports) => fetchRotation({ ...ports, secrets: secrets() }, readFetchSettings(runtime.env))(event),
  );

export const handler = wire(lambdaRuntime);
