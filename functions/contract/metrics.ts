/** The namespace of every metric, from every step. */
export const metricNamespace = 'MomentoTokenRotation';

/**
 * Names of metrics in CloudWatch; the first three are those of the project's predecessor. Each has the dimension
 * `secretName`; `step_failed` and `step_duration` also have `step`.
 */
export type Metric =
  | 'failed_to_test_api_token'
  | 'failed_to_refresh_api_token'
  | 'no_valid_tokens'
  | 'rotated'
  | 'resumed'
  | 'not_due'
  | 'already_running'
  /** The token was rotated and tested, or is not due. The alarm *no success* watches this metric. */
  | 'succeeded'
  /** A dry run found that the current token works. */
  | 'checked'
  | 'rolled_back'
  | 'step_failed'
  | 'step_duration'
  /** Remaining seconds of the token that is current when the execution ends. */
  | 'time_to_expiry';
