import { formatScenario, parseScenario } from './scenario';
import { simulate } from './simulate';
import { createTimeline } from './timeline';

// Tests of the simulation. Unless they pass, the absence of violations means nothing.

test('a scenario can be printed and parsed without loss', () => {
  const text = 'singleUse trimmedAtOnce lasting dataOnlyKeys 1.7:lost 2.3:down switches=4,9';
  expect(formatScenario(parseScenario(text))).toBe(text);
  for (const wrong of ['single kept', 'singleUse never', 'singleUse kept 1.7:sunk', 'singleUse kept 3.7:lost']) {
    expect(() => parseScenario(wrong)).toThrow(/is not/);
  }
});

test('the same scenario always runs the same way', async () => {
  const scenario = parseScenario('reuseRevokesFamily trimmedAtOnce 1.5:ghost 1.9:lost switches=3,11');
  const run = async () => {
    const lines: string[] = [];
    await simulate(scenario, { trace: (line) => lines.push(line.replace(/\S*[0-9a-f]{8}\S*/g, 'id')) });
    return lines;
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(80);
  expect(await run()).toEqual(first);
});

test('the turn goes to the other party where the schedule says, and when one can go no further', async () => {
  const order: string[] = [];
  const timeline = createTimeline(0, [1]);
  for (const name of ['a1', 'a2', 'a3']) timeline.act('A', () => order.push(name));
  for (const name of ['b1', 'b2']) timeline.act('B', () => order.push(name));
  timeline.at(5_000, () => order.push('event'));
  await timeline.run(() => order.includes('event'));
  expect(order).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'event']);
  expect(timeline.count()).toEqual({ acts: 5, switches: 1 });
  expect(timeline.clock.now()).toBe(5_000);
});

test('events that are due happen before the next act', async () => {
  const order: string[] = [];
  const timeline = createTimeline(0);
  timeline.at(10, () => order.push('due'));
  timeline.act('A', () => {
    order.push('first');
    timeline.pass(20);
  });
  timeline.act('A', () => order.push('second'));
  await timeline.run(() => order.length === 3);
  expect(order).toEqual(['first', 'due', 'second']);
});
