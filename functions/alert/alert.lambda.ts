import { type Connections, lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { readAlertSettings, readDefaultSecretName } from '../adapters/settings';
import { connectTopic } from '../adapters/sns';
import { sendAlert } from './alert';
import { parseFailure } from './failure';

export const wire = (runtime: Runtime, { topic = connectTopic(runtime) }: Connections = {}) =>
  serve(
    runtime,
    'alert',
    (event) => parseFailure(event, () => readDefaultSecretName(runtime.env), runtime.clock.now() / 1000),
    (failure, ports) => sendAlert({ ...ports, topic: topic() }, readAlertSettings(runtime.env))(failure),
  );

export const handler = wire(lambdaRuntime);
