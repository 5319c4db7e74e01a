import { CLAIM, SUCCESSOR } from '../../functions/secret/versions';
import { status } from '../cloud/momento/momento';
import { ServiceError } from '../cloud/wire/service';
import { crashAfter, denied, down, refuseMomento } from './faults';
import { conflict } from './lost-race';
import type { Failure, Fault } from './scenario';
import { claimElsewhere, claimOnce, restoreCurrent, storeV2Key } from './second-party';

const labelsIn = (input: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  (input.VersionStages ?? []) as readonly string[];

/** Only the write of the new token is refused. */
const refuseToken: Fault = async (call, proceed) => {
  if (labelsIn(call.input).includes(SUCCESSOR))
    throw new ServiceError('AccessDeniedException', 'Refused, as provoked.');
  return proceed();
};

/** The label of the last claim is visible, its value is not yet. */
const hideClaim: Fault = async (call, proceed, { cloud, secret }) => {
  const claim = cloud.secretsManager.snapshot(secret).find(({ labels }) => labels.includes(CLAIM));
  if (call.action === 'GetSecretValue' && call.input?.VersionId === claim?.versionId) {
    throw new ServiceError('ResourceNotFoundException', 'Not there yet, as provoked.');
  }
  return proceed();
};

export const refreshRejected: Failure = {
  step: 'refresh',
  error: 'RefreshRejected',
  summary: 'Momento does not accept the refresh token',
  fault: refuseMomento(status.UNAUTHENTICATED),
};

export const refreshFailures: readonly Failure[] = [
  refreshRejected,
  {
    step: 'refresh',
    error: 'NotRefreshable',
    summary: 'the secret holds a v2 key, which has no refresh token',
    prepare: storeV2Key,
    restore: restoreCurrent,
  },
  {
    step: 'refresh',
    error: 'AccessDenied',
    summary: 'KMS or IAM does not let the function write; Momento is not called',
    fault: denied('PutSecretValue'),
  },
  {
    step: 'refresh',
    error: 'MomentoUnavailable',
    summary: 'Momento is down',
    fault: refuseMomento(status.UNAVAILABLE),
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors; Momento is not called',
    fault: down,
    tries: 2,
  },
  {
    step: 'refresh',
    error: 'ClaimHeld',
    summary: "the label of another execution's claim is visible, its value is not yet",
    before: claimOnce,
    fault: hideClaim,
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'alreadyRunning',
    summary: 'another execution claims the refresh between Fetch and Refresh',
    before: claimElsewhere,
    tries: 1,
  },
  { step: 'refresh', summary: 'a user imports a token between Fetch and Refresh', ...conflict },
  {
    step: 'refresh',
    error: 'crash',
    summary: "the function dies when Momento's reply arrives: the new token is lost",
    fault: crashAfter('Refresh', 'refresh'),
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'lost',
    summary: 'the new token cannot be stored before the function times out',
    fault: refuseToken,
  },
];
