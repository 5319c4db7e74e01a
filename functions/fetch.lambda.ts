import { readAwsSettings } from './adapters/aws-client';
import { lambdaRuntime, once, type Runtime, serve } from './adapters/runtime';
import { connectSecretsManager, createSecrets } from './adapters/secrets-manager';
import { readDefaultSecretName, readFetchSettings } from './adapters/settings';
import { fetchRotation } from './fetch';
import { parseFetchEvent } from './step-event';

export const wire = (runtime: Runtime) => {
  const secrets = once(() => createSecrets(connectSecretsManager(readAwsSettings(runtime.env, 'SECRETS_MANAGER'))));
  return serve(
    runtime,
    'fetch',
    (event) => parseFetchEvent(event, readDefaultSecretName(runtime.env)),
    (event, ports) => fetchRotation({ ...ports, secrets: secrets() }, readFetchSettings(runtime.env))(event),
  );
};

export const handler = wire(lambdaRuntime);
