import { readAwsSettings } from './adapters/aws-client';
import { createMomento } from './adapters/momento';
import { lambdaRuntime, once, type Runtime, serve } from './adapters/runtime';
import { connectSecretsManager, createSecrets } from './adapters/secrets-manager';
import { readMomentoSettings } from './adapters/settings';
import { parseStepEvent } from './step-event';
import { probeToken, rehearse, validateCandidate, verifyCurrent } from './validate';

const steps = {
  validate: validateCandidate,
  verify: verifyCurrent,
  probe: probeToken,
  rehearse,
} as const;

export const wire = (runtime: Runtime) => {
  const secrets = once(() => createSecrets(connectSecretsManager(readAwsSettings(runtime.env, 'SECRETS_MANAGER'))));
  const momento = once(() => createMomento(readMomentoSettings(runtime.env), runtime.clock));
  return serve(
    runtime,
    'validate',
    (event) => parseStepEvent(event, ['validate', 'verify', 'probe', 'rehearse']),
    async ({ action, rotation }, ports) => ({
      ...rotation,
      ...(await steps[action]({ ...ports, secrets: secrets(), momento: momento() })(rotation)),
    }),
  );
};

export const handler = wire(lambdaRuntime);
