import { systemClock } from '../../../functions/adapters/clock';

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('an aborted sleep ends at once and leaves no timer that would keep the process running', async () => {
  const before = timers();
  const abort = new AbortController();
  const sleep = systemClock.sleep(3_600_000, abort.signal);
  expect(timers()).toBe(before + 1);
  abort.abort();
  await sleep;
  expect(timers()).toBe(before);
});
