import { readAwsSettings } from './adapters/aws-client';
import { createMomento } from './adapters/momento';
import { lambdaRuntime, once, type Runtime, serve } from './adapters/runtime';
import { connectSecretsManager, createSecrets } from './adapters/secrets-manager';
import { readMomentoSettings } from './adapters/settings';
import { refreshToken } from './refresh';
import { parseStepEvent } from './step-event';

export const wire = (runtime: Runtime) => {
  const secrets = once(() => createSecrets(connectSecretsManager(readAwsSettings(runtime.env, 'SECRETS_MANAGER'))));
  const momento = once(() => createMomento(readMomentoSettings(runtime.env), runtime.clock));
  return serve(
    runtime,
    'refresh',
    (event) => parseStepEvent(event, ['refresh']),
    async ({ rotation }, ports) => ({
      ...rotation,
      ...(await refreshToken({ ...ports, secrets: secrets(), momento: momento() })(rotation)),
    }),
  );
};

export const handler = wire(lambdaRuntime);
