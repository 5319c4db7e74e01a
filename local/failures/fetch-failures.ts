import { crashAfter, denied, down } from './faults';
import type { Failure, Spoil } from './scenario';
import { claimElsewhere, deleteSecret, restoreCurrent, restoreSecret, storeRandomString } from './second-party';

const switchNativeRotationOn: Spoil = async (call, proceed) => {
  const reply = await proceed();
  return call.action === 'DescribeSecret' ? { ...(reply as object), RotationEnabled: true } : reply;
};

export const fetchFailures: readonly Failure[] = [
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
];
