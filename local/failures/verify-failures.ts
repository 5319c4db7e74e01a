import { CURRENT } from '../../functions/secret/versions';
import { MomentoStatus, status } from '../cloud/momento/momento';
import { readKey } from '../cloud/momento/momento-keys';
import { crashAfter, down, refuseMomento } from './faults';
import type { Failure, Fault } from './scenario';

/** Momento rejects the token that is current, and no other. */
const refuseCurrent: Fault = async (call, proceed, { cloud, secret }) => {
  const current = cloud.secretsManager.storedValue(secret, cloud.secretsManager.labels(secret).get(CURRENT) ?? '');
  const { authToken } = JSON.parse(current ?? '{}') as { authToken?: string };
  if (call.apiKey !== undefined && call.apiKey === readKey(authToken ?? '')?.bare) {
    throw new MomentoStatus(status.UNAUTHENTICATED, 'Refused, as provoked.');
  }
  return proceed();
};

export const verifyFailures: readonly Failure[] = [
  {
    step: 'verify',
    error: 'TokenRejected',
    summary: 'Momento does not accept the promoted token any more; if it lasts: roll back',
    states: ['Verify', 'Test both tokens'],
    fault: refuseCurrent,
    tries: 2,
  },
  {
    step: 'verify',
    error: 'recovered',
    summary: 'Momento does not accept the promoted token as long as Verify asks, and does right after: no roll back',
    fault: refuseCurrent,
  },
  {
    step: 'verify',
    error: 'bothRejected',
    summary: 'Momento accepts neither the promoted token nor the one before it',
    states: ['Verify', 'Test both tokens'],
    fault: refuseMomento(status.UNAUTHENTICATED),
  },
  {
    step: 'verify',
    error: 'rollBackFailed',
    summary: 'Momento does not accept the promoted token, and Secrets Manager fails in the roll back',
    states: ['Roll back'],
    fault: down,
    after: { step: 'verify', states: ['Test both tokens'], fault: refuseCurrent },
  },
  {
    step: 'verify',
    error: 'MomentoUnavailable',
    summary: 'Momento is down; if it lasts: rotated, not verified',
    fault: refuseMomento(status.UNAVAILABLE),
    tries: 2,
  },
  {
    step: 'verify',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors; if it lasts: rotated, not verified',
    fault: down,
    tries: 2,
  },
  {
    step: 'verify',
    error: 'crash',
    summary: 'the function dies while it tests the promoted token',
    fault: crashAfter('Validate', 'listCaches'),
    tries: 1,
  },
];
