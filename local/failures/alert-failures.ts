import { crashBefore, refuse } from './faults';
import { refreshRejected } from './refresh-failures';
import type { Failure } from './scenario';

export const alertFailures: readonly Failure[] = [
  {
    step: 'alert',
    error: 'AccessDenied',
    summary: 'SNS does not let the function publish: the state machine publishes instead',
    fault: refuse('sns', 'AuthorizationError'),
    after: refreshRejected,
  },
  {
    step: 'alert',
    error: 'SnsUnavailable',
    summary: 'SNS answers with server errors',
    states: ['Alert', 'Plain alert'],
    fault: refuse('sns', 'InternalError'),
    tries: 2,
    after: refreshRejected,
  },
  {
    step: 'alert',
    error: 'crash',
    summary: 'the function dies before it publishes; with :always, the state machine publishes',
    fault: crashBefore('Alert', 'Publish'),
    tries: 1,
    after: refreshRejected,
  },
];
