import { crashAfter, denied, down } from './faults';
import type { Failure, Fault } from './scenario';
import { claimElsewhere, deleteSecret, restoreCurrent, restoreSecret, storeRandomString } from './second-party';

const switchNativeRotationOn: Fault = async (call, proceed) => {
  const reply = await proceed();
  return call.action === 'DescribeSecret' ? { ...(reply as object), RotationEnabled: true } : reply;
};

export const fetchFailures: readonly Failure[] = [
  {
    step: 'fetch',
    error: 'MalformedSecret',
    summary: 'the secret holds the random string that CDK generated; no token was imported',
    prepare: storeRandomString,
    restore: restoreCurrent,
  },
  {
    step: 'fetch',
    error: 'InvalidInput',
    summary: 'Secrets Manager automatic rotation is on for the secret',
    fault: switchNativeRotationOn,
  },
  {
    step: 'fetch',
    error: 'SecretNotFound',
    summary: 'the secret is scheduled for deletion',
    prepare: deleteSecret,
    restore: restoreSecret,
  },
  {
    step: 'fetch',
    error: 'AccessDenied',
    summary: "IAM does not let the function read the secret's value",
    fault: denied('GetSecretValue'),
  },
  {
    step: 'fetch',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    fault: down,
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
    fault: crashAfter('Fetch', 'DescribeSecret'),
    tries: 1,
  },
];
