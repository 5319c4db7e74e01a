import { Cron } from 'croner';

/** How often a schedule starts something, in seconds and in runs. Hours that daylight saving time skips or repeats are counted. */
export interface Rhythm {
  readonly shortestGap: number;
  readonly longestGap: number;
  /** In any 24 hours. */
  readonly mostRunsInADay: number;
}

const day = 86_400;
const secondsPerUnit = { minute: 60, hour: 3_600, day } as const;

/** Fixed, so that the same settings give the same template on any day. */
const firstDay = new Date('2027-01-01T00:00:00Z');

/** Two years of a run every two hours, a month of one every five minutes. */
const mostRunsSeen = 9_000;

const rhythmOfRate = (text: string): Rhythm | undefined => {
  const [, count = '', unit, plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  // EventBridge wants "1 day" and "2 days".
  if (unit === undefined || (plural === 's') === (count === '1')) return undefined;
  const gap = Number(count) * secondsPerUnit[unit as keyof typeof secondsPerUnit];
  return { shortestGap: gap, longestGap: gap, mostRunsInADay: Math.ceil(day / gap) };
};

const runsOf = (fields: string, timeZone: string): number[] => {
  const cron = new Cron(`0 ${fields}`, {
    timezone: timeZone,
    mode: '7-part',
    // As in EventBridge: Sunday is 1, and "0/15" is every 15 minutes.
    alternativeWeekdays: true,
    sloppyRanges: true,
    paused: true,
  });
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

const rhythmOfCron = (text: string, timeZone: string): Rhythm | undefined => {
  const [, fields = ''] = /^cron\(([^()]+)\)$/.exec(text) ?? [];
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...more] = fields.split(' ');
  // One of the two days is a "?", and a rotation that ends in some year is none.
  if ((dayOfMonth === '?') === (dayOfWeek === '?') || year !== '*' || more.length > 0) return undefined;
  if (/(^|[,-])[089]/.test(dayOfWeek ?? '')) return undefined;
  const plain = [minutes, hours, dayOfMonth?.replace('?', '*'), month, dayOfWeek?.replace('?', '*'), year].join(' ');
  let runs: number[];
  try {
    // EventBridge writes "6L" for what is otherwise written "6#L", the last Friday of a month, and "L" alone for a Saturday.
    runs = runsOf(plain.replace(/ (\w+)L \*$/, ' $1#L *').replace(/ L \*$/, ' 7 *'), timeZone);
  } catch {
    return undefined;
  }
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  // Cut off before the year is over: the gap between its seasons was not seen.
  if (gaps.length === 0 || (runs.length === mostRunsSeen && month !== '*')) return undefined;
  // Not Math.min(...gaps): there may be more of them than a call takes arguments.
  return {
    shortestGap: gaps.reduce((least, gap) => Math.min(least, gap)),
    longestGap: gaps.reduce((most, gap) => Math.max(most, gap)),
    mostRunsInADay: mostWithin(runs, day),
  };
};

/**
 * Reads a schedule as EventBridge Scheduler takes it
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html): a rate, or six cron fields with `*` for the year.
 * @returns undefined if it is neither, or does not come at least twice in two years
 */
export const rhythmOf = (expression: string, timeZone: string): Rhythm | undefined =>
  rhythmOfRate(expression) ?? rhythmOfCron(expression, timeZone);

export const isTimeZone = (name: string): boolean => {
  try {
    // Intl takes offsets, and any letters for capitals; EventBridge Scheduler does not.
    return (
      /^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
    );
  } catch {
    return false;
  }
};
