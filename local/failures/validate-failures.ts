import { status } from '../cloud/momento/momento';
import { crashAfter, denied, down, refuseMomento } from './faults';
import type { Failure, Fault } from './scenario';

/** The refreshed token expires two days earlier than it should. */
const shortenLife: Fault = async (call, proceed) => {
  const reply = await proceed();
  if (call.action === 'refresh') (reply as { valid_until: number }).valid_until -= 172_800;
  return reply;
};

export const validateFailures: readonly Failure[] = [
  {
    step: 'validate',
    error: 'TokenRejected',
    summary: 'Momento does not accept the new token yet',
    fault: refuseMomento(status.UNAUTHENTICATED),
    tries: 2,
  },
  {
    step: 'validate',
    error: 'drift',
    summary: "Momento's new token expires earlier than the old one",
    after: { step: 'refresh', fault: shortenLife },
  },
  {
    step: 'validate',
    error: 'MomentoUnavailable',
    summary: 'Momento is down',
    fault: refuseMomento(status.UNAVAILABLE),
    tries: 2,
  },
  {
    step: 'validate',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    fault: down,
    tries: 2,
  },
  {
    step: 'validate',
    error: 'AccessDenied',
    summary: 'KMS does not let the function read the new token',
    fault: denied('GetSecretValue'),
  },
  {
    step: 'validate',
    error: 'crash',
    summary: 'the function dies while it tests the new token',
    fault: crashAfter('Validate', 'listCaches'),
    tries: 1,
  },
];
