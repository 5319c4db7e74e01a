const hour = 3_600;
const day = 24 * hour;

/** CloudWatch alarms look back at most seven days (PutMetricAlarm, `Period`). */
export const longestLookBackHours = 168;

/** With a longer interval, an alarm on the runs would leave no room for a failed or late run. */
const longestWatchedPause = 6 * day;

/** @param longestPause here and below: the longest time between two scheduled starts, in seconds */
export const isTooRareToWatch = (longestPause: number): boolean => longestPause > longestWatchedPause;

/** Hours without a success before the alarm is raised, unless the settings say otherwise. */
export const allowedSilenceHours = (longestPause: number): number =>
  // A single failed run has sent its own alert; only a second one is news. Three hours: the longest execution.
  Math.min(2 * Math.ceil(longestPause / hour) + 3, longestLookBackHours);
