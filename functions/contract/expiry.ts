import type { EpochSeconds } from '../language/time';
import type { Clock, Log } from './ports';

/** Records the remaining lifetime of the token that applications use from now on. */
export const gaugeExpiry = (log: Log, clock: Clock, validUntil: EpochSeconds): void =>
  log.gauge('time_to_expiry', Math.max(validUntil - clock.now() / 1000, 0), 'Seconds');
