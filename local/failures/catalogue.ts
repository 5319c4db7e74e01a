import { CLAIM, CURRENT, SUCCESSOR } from '../../functions/versions';
import { MomentoStatus, status } from '../cloud/momento';
import { readKey } from '../cloud/momento-keys';
import { ServiceError } from '../cloud/service';
import type { Failure, Scene, Spoil } from './scene';
import {
  claimElsewhere,
  claimOnce,
  deleteSecret,
  importToken,
  keepSpare,
  restoreCurrent,
  restoreSecret,
  storeRandomString,
  storeV2Key,
  swapSpare,
} from './second-party';
import { crashAfter, crashBefore, refuse, refuseMomento } from './spoils';

const down = refuse('secretsmanager', 'InternalServiceError');
const denied = (action: string): Spoil => refuse('secretsmanager', 'AccessDeniedException', action);

const labelsIn = (input: Readonly<Record<string, unknown>> = {}): readonly string[] =>
  (input.VersionStages ?? []) as readonly string[];

/** The new token, and nothing else, cannot be stored. */
const refuseToken: Spoil = async (call, proceed) => {
  if (labelsIn(call.input).includes(SUCCESSOR))
    throw new ServiceError('AccessDeniedException', 'Refused, as provoked.');
  return proceed();
};

/** The last claim's label shows, and its value does not yet. */
const hideClaim: Spoil = async (call, proceed, { cloud, secret }) => {
  const claim = cloud.secretsManager.snapshot(secret).find(({ labels }) => labels.includes(CLAIM));
  if (call.action === 'GetSecretValue' && call.input?.VersionId === claim?.versionId) {
    throw new ServiceError('ResourceNotFoundException', 'Not there yet, as provoked.');
  }
  return proceed();
};

const switchNativeRotationOn: Spoil = async (call, proceed) => {
  const reply = await proceed();
  return call.action === 'DescribeSecret' ? { ...(reply as object), RotationEnabled: true } : reply;
};

/** Momento rejects the token that is current, and no other. */
const refuseCurrent: Spoil = async (call, proceed, { cloud, secret }) => {
  const current = cloud.secretsManager.storedValue(secret, cloud.secretsManager.labels(secret).get(CURRENT) ?? '');
  const { authToken } = JSON.parse(current ?? '{}') as { authToken?: string };
  if (call.apiKey !== undefined && call.apiKey === readKey(authToken ?? '')?.bare) {
    throw new MomentoStatus(status.UNAUTHENTICATED, 'Refused, as provoked.');
  }
  return proceed();
};

/** Two days less than a refresh ought to give. */
const shortenLife: Spoil = async (call, proceed) => {
  const reply = await proceed();
  if (call.action === 'refresh') (reply as { valid_until: number }).valid_until -= 172_800;
  return reply;
};

/** Once is a race that is lost; twice is a failure. */
const moveCurrent = (scene: Scene): void => {
  if (scene.always) swapSpare(scene);
  else importToken(scene);
};

const conflict = {
  error: 'VersionConflict',
  before: moveCurrent,
  tries: 1,
  prepare: async (scene: Scene) => {
    if (scene.always) await keepSpare(scene);
  },
} as const;

const refreshRejected: Failure = {
  step: 'refresh',
  error: 'RefreshRejected',
  summary: 'Momento does not accept the refresh token',
  spoil: refuseMomento(status.UNAUTHENTICATED),
};

/** In the order of the steps. What lasts has no `tries`. */
export const failures: readonly Failure[] = [
  {
    step: 'fetch',
    error: 'MalformedSecret',
    summary: 'the secret holds the random string that CDK made; no token was imported',
    prepare: storeRandomString,
    mend: restoreCurrent,
  },
  {
    step: 'fetch',
    error: 'InvalidInput',
    summary: "Secrets Manager's own rotation is switched on for the secret",
    spoil: switchNativeRotationOn,
  },
  {
    step: 'fetch',
    error: 'SecretNotFound',
    summary: 'the secret is scheduled for deletion',
    prepare: deleteSecret,
    mend: restoreSecret,
  },
  {
    step: 'fetch',
    error: 'AccessDenied',
    summary: "IAM does not let the function read the secret's value",
    spoil: denied('GetSecretValue'),
  },
  {
    step: 'fetch',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    spoil: down,
    tries: 2,
  },
  {
    step: 'fetch',
    error: 'alreadyRunning',
    summary: 'another execution has just claimed the refresh',
    before: claimElsewhere,
    tries: 1,
  },
  {
    step: 'fetch',
    error: 'crash',
    summary: 'the function dies while it reads',
    spoil: crashAfter('Fetch', 'DescribeSecret'),
    tries: 1,
  },
  refreshRejected,
  {
    step: 'refresh',
    error: 'NotRefreshable',
    summary: 'the secret holds a v2 key, which has no refresh token',
    prepare: storeV2Key,
    mend: restoreCurrent,
  },
  {
    step: 'refresh',
    error: 'AccessDenied',
    summary: 'KMS or IAM does not let the function write; Momento is not asked',
    spoil: denied('PutSecretValue'),
  },
  {
    step: 'refresh',
    error: 'MomentoUnavailable',
    summary: 'Momento is down',
    spoil: refuseMomento(status.UNAVAILABLE),
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors; Momento is not asked',
    spoil: down,
    tries: 2,
  },
  {
    step: 'refresh',
    error: 'ClaimHeld',
    summary: "the label of another execution's claim shows, and its value does not yet",
    before: claimOnce,
    spoil: hideClaim,
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'alreadyRunning',
    summary: 'another execution claims the refresh between Fetch and Refresh',
    before: claimElsewhere,
    tries: 1,
  },
  { step: 'refresh', summary: 'somebody imports a token between Fetch and Refresh', ...conflict },
  {
    step: 'refresh',
    error: 'crash',
    summary: "the function dies when Momento's reply comes in: the new token is lost",
    spoil: crashAfter('Refresh', 'refresh'),
    tries: 1,
  },
  {
    step: 'refresh',
    error: 'lost',
    summary: 'the new token cannot be stored, until the function runs out of time',
    spoil: refuseToken,
  },
  {
    step: 'validate',
    error: 'TokenRejected',
    summary: 'Momento does not accept the new token yet',
    spoil: refuseMomento(status.UNAUTHENTICATED),
    tries: 2,
  },
  {
    step: 'validate',
    error: 'drift',
    summary: "Momento's new token expires earlier than the old one",
    after: { step: 'refresh', spoil: shortenLife },
  },
  {
    step: 'validate',
    error: 'MomentoUnavailable',
    summary: 'Momento is down',
    spoil: refuseMomento(status.UNAVAILABLE),
    tries: 2,
  },
  {
    step: 'validate',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    spoil: down,
    tries: 2,
  },
  {
    step: 'validate',
    error: 'AccessDenied',
    summary: 'KMS does not let the function read the new token',
    spoil: denied('GetSecretValue'),
  },
  {
    step: 'validate',
    error: 'crash',
    summary: 'the function dies while it tests the new token',
    spoil: crashAfter('Validate', 'listCaches'),
    tries: 1,
  },
  { step: 'promote', summary: 'somebody imports a token between Validate and Promote', ...conflict },
  {
    step: 'promote',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    spoil: down,
    tries: 2,
  },
  {
    step: 'promote',
    error: 'unknown',
    summary: 'the same, for so long that nobody can tell whether the promotion got through',
    states: ['Promote', 'Was it promoted?'],
    spoil: down,
  },
  {
    step: 'promote',
    error: 'AccessDenied',
    summary: 'IAM does not let the function move AWSCURRENT',
    spoil: denied('UpdateSecretVersionStage'),
  },
  {
    step: 'promote',
    error: 'crash',
    summary: 'the function dies when AWSCURRENT has just been moved',
    spoil: crashAfter('Promote', 'UpdateSecretVersionStage'),
    tries: 1,
  },
  {
    step: 'verify',
    error: 'TokenRejected',
    summary: 'Momento does not accept the promoted token any more; if it lasts: roll back',
    states: ['Verify', 'Test both tokens'],
    spoil: refuseCurrent,
    tries: 2,
  },
  {
    step: 'verify',
    error: 'recovered',
    summary: 'Momento does not accept the promoted token as long as Verify asks, and does right after: no roll back',
    spoil: refuseCurrent,
  },
  {
    step: 'verify',
    error: 'bothRejected',
    summary: 'Momento accepts neither the promoted token nor the one before it',
    states: ['Verify', 'Test both tokens'],
    spoil: refuseMomento(status.UNAUTHENTICATED),
  },
  {
    step: 'verify',
    error: 'rollBackFailed',
    summary: 'Momento does not accept the promoted token, and Secrets Manager fails in the roll back',
    states: ['Roll back'],
    spoil: down,
    after: { step: 'verify', states: ['Test both tokens'], spoil: refuseCurrent },
  },
  {
    step: 'verify',
    error: 'MomentoUnavailable',
    summary: 'Momento is down; if it lasts: rotated, not verified',
    spoil: refuseMomento(status.UNAVAILABLE),
    tries: 2,
  },
  {
    step: 'verify',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors; if it lasts: rotated, not verified',
    spoil: down,
    tries: 2,
  },
  {
    step: 'verify',
    error: 'crash',
    summary: 'the function dies while it tests the promoted token',
    spoil: crashAfter('Validate', 'listCaches'),
    tries: 1,
  },
  {
    step: 'alert',
    error: 'AccessDenied',
    summary: 'SNS does not let the function publish: the state machine does it by itself',
    spoil: refuse('sns', 'AuthorizationError'),
    after: refreshRejected,
  },
  {
    step: 'alert',
    error: 'SnsUnavailable',
    summary: 'SNS answers with server errors',
    states: ['Alert', 'Plain alert'],
    spoil: refuse('sns', 'InternalError'),
    tries: 2,
    after: refreshRejected,
  },
  {
    step: 'alert',
    error: 'crash',
    summary: 'the function dies before it publishes; if it lasts, the state machine publishes',
    spoil: crashBefore('Alert', 'Publish'),
    tries: 1,
    after: refreshRejected,
  },
];
