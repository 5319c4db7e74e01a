import { crashAfter, denied, down } from './faults';
import { conflict } from './lost-race';
import type { Failure } from './scenario';

export const promoteFailures: readonly Failure[] = [
  { step: 'promote', summary: 'somebody imports a token between Validate and Promote', ...conflict },
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
    summary: 'the same, for so long that nobody can tell whether the promotion got through',
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
    summary: 'the function dies when AWSCURRENT has just been moved',
    fault: crashAfter('Promote', 'UpdateSecretVersionStage'),
    tries: 1,
  },
];
