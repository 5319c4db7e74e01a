import { CURRENT } from '../../functions/secret/versions';
import { MomentoStatus, status } from '../cloud/momento/momento';
import { readKey } from '../cloud/momento/momento-keys';
import { crashAfter, down, refuseMomento } from './faults';
import type { Failure, Fault } from './scenario';

/** Momento rejects only the current token. */
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
    summary: 'Momento no longer accepts the promoted token; with :always, rollback',
    states: ['Verify', 'Test both tokens'],
    fault: refuseCurrent,
    tries: 2,
  },
  {
    step: 'verify',
    error: 'recovered',
    summary: 'Momento rejects the promoted token during Verify and accepts it right after: no rollback',
    fault: refuseCurrent,
  },
  {
    step: 'verify',
    error: 'bothRejected',
    summary: 'Momento accepts neither the promoted token nor the previous one',
    states: ['Verify', 'Test both tokens'],
    fault: refuseMomento(status.UNAUTHENTICATED),
  },
  {
    step: 'verify',
    error: 'rollBackFailed',
    summary: 'Momento does not accept the promoted token, and Secrets Manager fails during the rollback',
    states: ['Roll back'],
    fault: down,
    after: { step: 'verify', states: ['Test both tokens'], fault: refuseCurrent },
  },
  {
    step: 'verify',
    error: 'MomentoUnavailable',
    summary: 'Momento is down; with :always, rotated but not verified',
    fault: refuseMomento(status.UNAVAILABLE),
    tries: 2,
  },
  {
    step: 'verify',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors; with :always, rotated but not verified',
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
