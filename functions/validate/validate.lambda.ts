import { connectMomento } from '../adapters/momento';
import { type Connections, lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { parseStepEvent } from '../contract/step-event';
import { rehearse } from './probe';
import { validateCandidate } from './validate';
import { testBoth, verifyCurrent } from './verify';

const steps = {
  validate: validateCandidate,
  verify: verifyCurrent,
  testBoth,
  rehearse,
} as const;

export const wire = (
  runtime: Runtime,
  { secrets = connectSecrets(runtime), momento = connectMomento(runtime) }: Connections = {},
) =>
  serve(
    runtime,
    'validate',
    (event) => parseStepEvent(event, Object.keys(steps) as (keyof typeof steps)[]),
    async ({ action, rotation }, ports) => ({
      ...rotation,
      ...(await steps[action]({ ...ports, secrets: secrets(), momento: momento() })(rotation)),
    }),
  );

export const handler = wire(lambdaRuntime);
