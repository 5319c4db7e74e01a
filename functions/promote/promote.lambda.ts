import { lambdaRuntime, type Runtime, serve } from '../adapters/runtime';
import { connectSecrets } from '../adapters/secrets-manager';
import { parseStepEvent } from '../contract/step-event';
import { promoteCandidate, rollBack, tidyUp, wasPromoted } from './promote';

const steps = { promote: promoteCandidate, check: wasPromoted, tidy: tidyUp, rollBack } as const;

export const wire = (runtime: Runtime, secrets = connectSecrets(runtime)) =>
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
