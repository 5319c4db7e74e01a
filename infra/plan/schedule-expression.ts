import { Cron } from 'croner';

/** How often a schedule runs; gaps in seconds. Hours that daylight saving time skips or repeats are counted. */
export interface Frequency {
  readonly shortestGap: number;
  readonly longestGap: number;
  /** In any 24 hours. */
  readonly mostRunsInADay: number;
}

const day = 86_400;
const secondsPerUnit = { minute: 60, hour: 3_600, day } as const;

/** Fixed, so that the same settings give the same template on any day. */
const firstDay = new Date('2027-01-01T00:00:00Z');

/** Enough for two years of a run every two hours, or a month of one every five minutes. */
const mostRunsSeen = 9_000;

/** In seconds; `undefined` if the text is not a rate. */
const gapOfRate = (text: string): number | undefined => {
  const [, count = '', unit, plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  // EventBridge requires "1 day" and "2 days".
  if (unit === undefined || (plural === 's') === (count === '1')) return undefined;
  return Number(count) * secondsPerUnit[unit as keyof typeof secondsPerUnit];
};

const frequencyOfRate = (text: string): Frequency | undefined => {
  const gap = gapOfRate(text);
  return gap === undefined ? undefined : { shortestGap: gap, longestGap: gap, mostRunsInADay: Math.ceil(day / gap) };
};

/** @throws Error if the fields are not a cron expression */
const cronOf = (fields: string, timeZone: string): Cron => {
  // EventBridge writes "6L" for the last Friday of a month, which other crons write "6#L", and "L" alone for a
  // Saturday.
  const plain = fields
    .replaceAll('?', '*')
    .replace(/ (\w+)L (\S+)$/, ' $1#L $2')
    .replace(/ L (\S+)$/, ' 7 $1');
  return new Cron(`0 ${plain}`, {
    timezone: timeZone,
    mode: '7-part',
    // As in EventBridge: Sunday is 1, and "0/15" is every 15 minutes.
    alternativeWeekdays: true,
    sloppyRanges: true,
    paused: true,
  });
};

const runsOf = (cron: Cron): number[] => {
  const runs: number[] = [];
  let next = cron.nextRun(firstDay);
  while (next !== null && runs.length < mostRunsSeen && next.getTime() < firstDay.getTime() + 750 * day * 1000) {
    runs.push(next.getTime() / 1000);
    next = cron.nextRun(next);
  }
  return runs;
};

const mostWithin = (runs: readonly number[], seconds: number): number => {
  let first = 0;
  let most = 0;
  for (const [last, run] of runs.entries()) {
    while (run - (runs[first] ?? run) >= seconds) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
};

const frequencyOfCron = (text: string, timeZone: string): Frequency | undefined => {
  const [, fields = ''] = /^cron\(([^()]+)\)$/.exec(text) ?? [];
  const [, , dayOfMonth, month, dayOfWeek, year, ...more] = fields.split(' ');
  // EventBridge requires a "?" for exactly one of the days. A schedule that ends in some year would stop the rotation.
  if ((dayOfMonth === '?') === (dayOfWeek === '?') || year !== '*' || more.length > 0) return undefined;
  if (/(^|[,-])[089]/.test(dayOfWeek ?? '')) return undefined;
  let runs: number[];
  try {
    runs = runsOf(cronOf(fields, timeZone));
  } catch {
    return undefined;
  }
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  // The list was cut off before the end of the year, so the gap between its seasons may be missing.
  if (gaps.length === 0 || (runs.length === mostRunsSeen && month !== '*')) return undefined;
  // Not Math.min(...gaps): there may be more gaps than a call accepts arguments.
  return {
    shortestGap: gaps.reduce((least, gap) => Math.min(least, gap)),
    longestGap: gaps.reduce((most, gap) => Math.max(most, gap)),
    mostRunsInADay: mostWithin(runs, day),
  };
};

/**
 * Reads a schedule in the syntax of EventBridge Scheduler
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html): a rate, or six cron fields with `*` for
 * the year.
 * @returns undefined if it is neither, or runs less than twice in two years
 */
export const frequencyOf = (expression: string, timeZone: string): Frequency | undefined =>
  frequencyOfRate(expression) ?? frequencyOfCron(expression, timeZone);

/** A deployed schedule. */
export interface Deployed {
  readonly expression: string;
  readonly timeZone: string;
  /** Start of the intervals of a rate, in epoch milliseconds. */
  readonly since: number;
}

/**
 * The next run after `now`, in epoch milliseconds. For a rate it is an estimate from the schedule's last change: AWS
 * does not document the exact time.
 * @returns undefined if there is no further run, or the schedule is of a kind that this project does not deploy
 */
export const nextRunAfter = ({ expression, timeZone, since }: Deployed, now: number): number | undefined => {
  const gap = gapOfRate(expression);
  if (gap !== undefined) return since + (Math.floor(Math.max(now - since, 0) / (gap * 1000)) + 1) * gap * 1000;
  const [, fields] = /^cron\(([^()]+)\)$/.exec(expression) ?? [];
  if (fields === undefined) return undefined;
  try {
    return cronOf(fields, timeZone).nextRun(new Date(now))?.getTime();
  } catch {
    return undefined;
  }
};

export const isTimeZone = (name: string): boolean => {
  try {
    // Intl accepts offsets and any case; EventBridge Scheduler does not.
    return (
      /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
};
