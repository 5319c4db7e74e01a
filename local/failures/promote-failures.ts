import { crashAfter, denied, down } from './faults';
import { conflict } from './lost-race';
import type { Failure } from './scenario';

export const promoteFailures: readonly Failure[] = [
  { step: 'promote', summary: 'a user imports a token between Validate and Promote', ...conflict },
  {
    step: 'promote',
    error: 'SecretsManagerUnavailable',
    summary: 'Secrets Manager answers with server errors',
    fault: down,
    tries: 2,
  },
  {
    step: 'promote',
    error: 'unknown',
    summary: 'the same, for so long that it stays unknown whether the promotion succeeded',
    states: ['Promote', 'Was it promoted?'],
    fault: down,
  },
  {
    step: 'promote',
    error: 'AccessDenied',
    summary: 'IAM does not let the function move AWSCURRENT',
    fault: denied('UpdateSecretVersionStage'),
  },
  {
    step: 'promote',
    error: 'crash',
    summary: 'the function dies just after it has moved AWSCURRENT',
    fault: crashAfter('Promote', 'UpdateSecretVersionStage'),
    tries: 1,
  },
];
