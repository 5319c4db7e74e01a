import { frequencyOf, isTimeZone, nextRunAfter } from '../../../infra/plan/schedule-expression';

const hour = 3_600;
const day = 24 * hour;

test.each<[string, number, number, number]>([
  ['rate(1 day)', day, day, 1],
  ['rate(30 minutes)', hour / 2, hour / 2, 48],
  ['rate(7 hours)', 7 * hour, 7 * hour, 4],
  ['cron(0 9 * * ? *)', day, day, 1],
  ['cron(0/15 * * * ? *)', 900, 900, 96],
  ['cron(0 9 ? * MON-FRI *)', day, 3 * day, 1],
  // Sunday is 1.
  ['cron(0 9 ? * 2-6 *)', day, 3 * day, 1],
  ['cron(0 9,21 * * ? *)', 12 * hour, 12 * hour, 2],
  ['cron(0 9 1 * ? *)', 28 * day, 31 * day, 1],
  ['cron(0 9 L * ? *)', 28 * day, 31 * day, 1],
  ['cron(0 9 ? * 6L *)', 28 * day, 35 * day, 1],
  ['cron(0 9 ? * L *)', 7 * day, 7 * day, 1],
  ['cron(0 9 ? * 2#1 *)', 28 * day, 35 * day, 1],
  ['cron(0 9 15W * ? *)', 28 * day, 33 * day, 1],
  ['cron(0 9 1 1,7 ? *)', 181 * day, 184 * day, 1],
])('%s: from %d to %d seconds apart, at most %d in a day', (expression, shortestGap, longestGap, mostRunsInADay) => {
  const frequency = frequencyOf(expression, 'UTC');
  expect(frequency).toMatchObject({ shortestGap, mostRunsInADay });
  // "The nearest weekday" depends on the years that are looked at.
  expect(Math.abs((frequency?.longestGap ?? 0) - longestGap)).toBeLessThanOrEqual(expression.includes('W') ? day : 0);
});

test('hours that daylight saving time skips and repeats are counted', () => {
  expect(frequencyOf('cron(0 9 * * ? *)', 'Europe/Berlin')).toMatchObject({
    shortestGap: 23 * hour,
    longestGap: 25 * hour,
  });
});

test.each([
  '',
  'daily',
  'rate(0 days)',
  'rate(1 days)',
  'rate(2 day)',
  'rate(1 week)',
  'rate(1.5 days)',
  ' rate(1 day)',
  'at(2026-12-01T09:00:00)',
  'cron(0 9 * * *)',
  'cron(0 9 * * * *)',
  'cron(0 9 ? * ? *)',
  'cron(0 9 * * ? 2030)',
  'cron(60 9 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 9 ? * 0 *)',
  'cron(0 9 ? * 8 *)',
  'cron(0 9 ? * MOON *)',
  'cron(0 9 31 2 ? *)',
  'cron(* * ? JAN * *)',
])('%j is refused', (expression) => {
  expect(frequencyOf(expression, 'UTC')).toBeUndefined();
});

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Etc/UTC', true],
  ['America/Port_of_Spain', true],
  ['Etc/GMT+1', true],
  ['+01:00', false],
  ['utc', false],
  ['Mars/Olympus', false],
  ['', false],
])('%j is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

const at = (time: string): number => Date.parse(`${time}Z`);

test.each([
  ['rate(1 day)', 'UTC', '2027-01-01T00:00:00', '2027-01-01T00:00:00', '2027-01-02T00:00:00'],
  ['rate(1 day)', 'UTC', '2027-01-01T10:00:00', '2027-01-05T10:00:01', '2027-01-06T10:00:00'],
  ['rate(90 minutes)', 'UTC', '2027-01-01T10:00:00', '2027-01-01T12:59:59', '2027-01-01T13:00:00'],
  // Made after `now`, by a clock that is ahead.
  ['rate(1 hour)', 'UTC', '2027-01-01T10:00:05', '2027-01-01T10:00:00', '2027-01-01T11:00:05'],
  ['cron(0 9 * * ? *)', 'UTC', '2027-01-01T00:00:00', '2027-01-01T09:00:00', '2027-01-02T09:00:00'],
  ['cron(0 9 ? * MON-FRI *)', 'Europe/Berlin', '2027-01-01T00:00:00', '2027-01-01T09:00:00', '2027-01-04T08:00:00'],
  ['cron(0 9 ? * 6L *)', 'UTC', '2027-01-01T00:00:00', '2027-01-01T00:00:00', '2027-01-29T09:00:00'],
])('%s in %s, deployed %s, comes after %s at %s', (expression, timeZone, since, now, next) => {
  expect(nextRunAfter({ expression, timeZone, since: at(since) }, at(now))).toBe(at(next));
});

test.each(['at(2027-01-01T00:00:00)', 'cron(nonsense)', ''])('%s has no next time', (expression) => {
  expect(nextRunAfter({ expression, timeZone: 'UTC', since: 0 }, at('2027-01-01T00:00:00'))).toBeUndefined();
});
