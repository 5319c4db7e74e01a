export type Ending = readonly [ending: string, alert: 'none' | 'warning' | 'critical'];

const good = (outcome: string): Ending => [outcome, 'none'];
const failed = (step: string, error: string, alert: 'warning' | 'critical' = 'warning'): Ending => [
  `${step} ${error}`,
  alert,
];

/** How an execution ends after the failure, and after the same failure with `:always`. */
export const endings: Readonly<Record<string, readonly [once: Ending, always: Ending]>> = {
  'fetch:MalformedSecret': both(failed('Fetch', 'MalformedSecret', 'critical')),
  'fetch:InvalidInput': both(failed('Fetch', 'InvalidInput')),
  'fetch:SecretNotFound': both(failed('Fetch', 'SecretNotFound', 'critical')),
  'fetch:AccessDenied': both(failed('Fetch', 'AccessDenied')),
  'fetch:SecretsManagerUnavailable': [good('rotated'), failed('Fetch', 'SecretsManagerUnavailable')],
  'fetch:alreadyRunning': both(good('alreadyRunning')),
  'fetch:crash': [good('rotated'), failed('Fetch', 'Runtime.ExitError')],
  'refresh:RefreshRejected': both(failed('Refresh', 'RefreshRejected', 'critical')),
  'refresh:NotRefreshable': both(failed('Refresh', 'NotRefreshable', 'critical')),
  'refresh:AccessDenied': both(failed('Refresh', 'AccessDenied')),
  'refresh:MomentoUnavailable': [good('rotated'), failed('Refresh', 'MomentoUnavailable')],
  'refresh:SecretsManagerUnavailable': [good('rotated'), failed('Refresh', 'SecretsManagerUnavailable')],
  'refresh:ClaimHeld': [good('rotated'), failed('Refresh', 'ClaimHeld')],
  'refresh:alreadyRunning': both(good('alreadyRunning')),
  'refresh:VersionConflict': [good('notDue'), failed('Refresh', 'VersionConflict')],
  'refresh:crash': [good('rotated'), failed('Refresh', 'Runtime.ExitError')],
  'refresh:lost': both(failed('Refresh', 'AccessDenied')),
  'validate:TokenRejected': [good('rotated'), failed('Validate', 'TokenRejected')],
  'validate:drift': both(failed('Validate', 'TokenDrifted')),
  'validate:MomentoUnavailable': [good('rotated'), failed('Validate', 'MomentoUnavailable')],
  'validate:SecretsManagerUnavailable': [good('rotated'), failed('Validate', 'SecretsManagerUnavailable')],
  'validate:AccessDenied': both(failed('Validate', 'AccessDenied')),
  'validate:crash': [good('rotated'), failed('Validate', 'Runtime.ExitError')],
  'promote:VersionConflict': [good('notDue'), failed('Promote', 'VersionConflict')],
  'promote:SecretsManagerUnavailable': [good('rotated'), failed('Promote', 'SecretsManagerUnavailable')],
  'promote:unknown': both(failed('Was it promoted?', 'SecretsManagerUnavailable')),
  'promote:AccessDenied': both(failed('Promote', 'AccessDenied')),
  // The first attempt moved the label before the crash, so later attempts have no such call.
  'promote:crash': both(good('rotated')),
  'verify:TokenRejected': [good('rotated'), failed('Verify', 'TokenRejected')],
  'verify:recovered': both(good('rotated')),
  'verify:bothRejected': both(failed('Verify', 'TokenRejected', 'critical')),
  'verify:rollBackFailed': both(failed('Roll back', 'TokenRejected', 'critical')),
  'verify:MomentoUnavailable': [good('rotated'), good('rotated, not verified')],
  'verify:SecretsManagerUnavailable': [good('rotated'), good('rotated, not verified')],
  'verify:crash': [good('rotated'), good('rotated, not verified')],
  'alert:AccessDenied': both(failed('Refresh', 'RefreshRejected', 'critical')),
  'alert:SnsUnavailable': [failed('Refresh', 'RefreshRejected', 'critical'), ['Refresh RefreshRejected', 'none']],
  'alert:crash': both(failed('Refresh', 'RefreshRejected', 'critical')),
};

function both(ending: Ending): readonly [Ending, Ending] {
  return [ending, ending];
}
