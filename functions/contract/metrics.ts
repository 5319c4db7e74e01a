/** Of every metric, whatever step it comes from. */
export const metricNamespace = 'MomentoTokenRotation';

/**
 * The names under which CloudWatch shows them; the first three are those of the project's predecessor. Each has the dimension
 * `secretName`; `step_failed` and `step_duration` have `step` besides.
 */
export type Metric =
  | 'failed_to_test_api_token'
  | 'failed_to_refresh_api_token'
  | 'no_valid_tokens'
  | 'rotated'
  | 'resumed'
  | 'not_due'
  | 'already_running'
  /** The secret is as it should be: rotated and tested, or not due. The alarm for silence watches it. */
  | 'succeeded'
  /** A dry run found that the current token works. */
  | 'checked'
  | 'rolled_back'
  | 'step_failed'
  | 'step_duration'
  /** Of the token that is current when the execution ends. */
  | 'time_to_expiry';
