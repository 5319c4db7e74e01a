const hour = 3_600;
const day = 24 * hour;

/** CloudWatch looks back seven days at most (PutMetricAlarm, `Period`). */
export const longestLookBackHours = 168;

/** Beyond this an alarm on the runs themselves would have no room for a run that fails or is late. */
const longestWatchedPause = 6 * day;

/** `longestPause`, here and below: the most seconds between two scheduled starts. */
export const isTooRareToWatch = (longestPause: number): boolean => longestPause > longestWatchedPause;

/** How long nothing may have succeeded before an alarm is raised, unless the settings say otherwise. */
export const allowedSilenceHours = (longestPause: number): number =>
  // One run that fails has raised its own alert: only the second one missing is news. Three hours: the longest execution.
  Math.min(2 * Math.ceil(longestPause / hour) + 3, longestLookBackHours);
