import { type Connections, lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { parseStepEvent } from '../contract/step-event';
import { promoteCandidate, wasPromoted } from './promote';
import { rollBack } from './roll-back';
import { tidyUp } from './tidy-up';

const steps = { promote: promoteCandidate, check: wasPromoted, tidy: tidyUp, rollBack } as const;

export const wire = (runtime: Runtime, { secrets = connectSecrets(runtime) }: Connections = {}) =>
  serve(
    runtime,
    'promote',
    (event) => parseStepEvent(event, Object.keys(steps) as (keyof typeof steps)[]),
    async ({ action, rotation }, ports) => ({
      ...rotation,
      ...(await steps[action]({ ...ports, secrets: secrets() })(rotation)),
    }),
  );

export const handler = wire(lambdaRuntime);
