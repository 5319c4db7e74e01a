import { errorNames } from '../../functions/contract/errors';
import { failures } from '../../local/failures/catalogue';
import { listFailures } from '../../local/failures/choose';
import { readHistory } from '../../report/history/execution-history';
import { failedStateIn } from '../../report/history/failed';
import { versionsTold } from '../../report/history/labels';
import { readDefinitionText } from '../../statemachine/definition';
import { actorsIn, grantsOf } from '../infra/enforced';
import type { Template } from '../infra/template';
import { expectNoTrace } from '../token-traces';
import { type Case, cases } from './cases';
import { endings } from './endings';
import { type Observed, observedStack, observing } from './observe';

let template: Template;
const observed = new Map<string, Promise<Observed>>();

const ended = async ({ name }: Case): Promise<Observed> => {
  const run = await observed.get(name);
  if (run) return run;
  throw new Error(`${name} was not run.`);
};

const everyEnd = (): Promise<readonly Observed[]> => Promise.all(cases.map(ended));

/**
 * Executions run in parallel, because most of their time is spent in the AWS SDK's retry pauses, which no clock
 * shortens.
 */
const atATime = 6;

beforeAll(async () => {
  template = await observedStack();
  const observe = observing(template);
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const run = observe(one);
      observed.set(one.name, run);
      // The tests of this case report the error.
      await run.catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
});

const shownEnd = ({ output, error, history }: Observed['execution']): string => {
  if (!output) return `${failedStateIn(readHistory(history))} ${error}`;
  const { outcome, verified } = output as { readonly outcome: string; readonly verified: boolean };
  return `${outcome}${outcome === 'rotated' && !verified ? ', not verified' : ''}`;
};

describe.each(cases)('$name', (one) => {
  const [ending, alert] = one.ending;

  test(`ends as ${ending}, and ${alert === 'none' ? 'no alert is published' : `one ${alert} alert is published`}`, async () => {
    const { execution, alerts } = await ended(one);
    expect(shownEnd(execution)).toBe(ending);
    // Never two, even if both the alert function and the state machine publish.
    expect(alerts.map(({ subject }) => subject.match(/^\[(\w+)\]/)?.[1])).toEqual(alert === 'none' ? [] : [alert]);
  });

  test('one version is current, and the labels are where the execution’s data says', async () => {
    const { execution, labels, current } = await ended(one);
    // In every case, even where the operator changed the secret.
    expect(current).toHaveLength(1);
    const { after, uncertain } = versionsTold(readHistory(execution.history));
    // An execution that is uncertain, or that lost a race, cannot know all labels.
    if (uncertain || one.name.includes('VersionConflict')) return;
    expect(labels).toMatchObject(after);
    if (after.AWSCURRENT !== undefined) expect(after.AWSPENDING).toBe(labels.AWSPENDING);
  });

  test('all calls to AWS are allowed by the stack’s roles', async () => {
    const { uses } = await ended(one);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter(({ allowed }) => !allowed)).toEqual([]);
  });

  test('no token appears in history, logs, metrics or alerts, on the terminal, in JSON or in the report', async () => {
    const { lines, seen, tokens } = await ended(one);
    expect(lines.length).toBeGreaterThan(one.ending[0] === 'rotated' ? 4 : 1);
    expectNoTrace([...seen, ...lines].join('\n'), tokens);
  });
});

test('a token that cannot be stored is not refreshed again', async () => {
  const [lost] = cases.filter(({ name }) => name === 'refresh:lost:always');
  expect((lost && (await ended(lost)))?.refreshes).toBe(1);
});

test('every named error occurs in one of the failures', async () => {
  const missing = new Set<string>(errorNames);
  for (const failure of cases.filter(({ name }) => name.replace(/:always$/, '') in endings)) {
    const { execution } = await ended(failure);
    for (const { taskFailedEventDetails } of execution.history) missing.delete(taskFailedEventDetails?.error ?? '');
  }
  // Only an execution that is redriven after a quarter of an hour fails with this: test/simulation/regressions.test.ts.
  expect([...missing]).toEqual(['TestOutdated']);
});

test('every state of the state machine is entered', async () => {
  const missing = new Set(Object.keys((JSON.parse(readDefinitionText()) as { States: object }).States));
  for (const { execution } of await everyEnd()) {
    for (const { stateEnteredEventDetails } of execution.history) missing.delete(stateEnteredEventDetails?.name ?? '');
  }
  expect([...missing]).toEqual([]);
});

test('all branches of a rotation together use exactly the rights that are granted', async () => {
  const granted = actorsIn(template).flatMap((actor) =>
    grantsOf(template, actor).map((action) => `${actor} ${action}`),
  );
  const used = (await everyEnd()).flatMap(({ uses }) => uses.map(({ actor, action }) => `${actor} ${action}`));
  expect([...new Set(used)].sort()).toEqual(granted.sort());
});

test('exactly the failures of the catalogue have an ending here and a line in the list', () => {
  expect(Object.keys(endings).sort()).toEqual(failures.map(({ step, error }) => `${step}:${error}`).sort());
  expect(listFailures()).toHaveLength(failures.length);
});
