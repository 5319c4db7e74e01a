import { costOf, monthlyCosts, type Usage } from '../../bench/cost';

const nothing: Usage = {
  transitions: 0,
  invocations: [],
  secretCalls: 0,
  logBytes: 0,
  events: 0,
  metrics: 0,
  scheduled: false,
};

test.each([
  ['4,000 transitions', { transitions: 4_000 }, { stepFunctions: 0.1 }],
  ['10,000 calls of Secrets Manager', { secretCalls: 10_000 }, { secretsManager: 0.05 }],
  ['a gigabyte of logs', { logBytes: 1e9 }, { watching: 0.5 }],
  ['a metric in each hour of a month', { metrics: 730 }, { watching: 0.3 }],
  // A second of a whole processor, which comes with 1,769 MB, and the call itself.
  ['an invocation of a second', { invocations: [1_000] }, { lambda: (1_769 / 1_024) * 0.0000133334 + 0.0000002 }],
])('%s costs what the price list says', (_, usage, expected) => {
  const cost = costOf({ ...nothing, ...usage });
  for (const [part, dollars] of Object.entries(expected)) {
    expect(cost[part as keyof typeof cost]).toBeCloseTo(dollars, part === 'lambda' ? 9 : 3);
  }
  expect(cost.total).toBeCloseTo(cost.stepFunctions + cost.lambda + cost.secretsManager + cost.watching, 12);
});

test('a month has as many executions as its schedule, for each secret', () => {
  const [rotation, notDue, singleFunction] = [4_000, 400, 40].map((transitions) => costOf({ ...nothing, transitions }));
  if (!rotation || !notDue || !singleFunction) throw new Error('There are three.');
  const hourly = monthlyCosts(rotation, notDue, singleFunction).find(
    ({ secrets, schedule }) => secrets === 10 && schedule === 'hourly',
  );
  expect(hourly).toMatchObject({ rotating: 730, notDue: 73, storage: 4, alarms: expect.closeTo(5.8, 6) });
  expect(hourly?.singleFunction).toBeCloseTo(7.3, 6);
});
