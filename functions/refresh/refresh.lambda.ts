import { connectMomento } from '../adapters/momento';
import { type Connections, lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { parseStepEvent } from '../contract/step-event';
import { refreshToken } from './refresh';

export const wire = (
  runtime: Runtime,
  { secrets = connectSecrets(runtime), momento = connectMomento(runtime) }: Connections = {},
) =>
  serve(
    runtime,
    'refresh',
    (event) => parseStepEvent(event, ['refresh']),
    async ({ rotation }, ports) => ({
      ...rotation,
      ...(await refreshToken({ ...ports, secrets: secrets(), momento: momento() })(rotation)),
    }),
  );

export const handler = wire(lambdaRuntime);
