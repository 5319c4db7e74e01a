import { errorNames } from '../functions/errors';
import { failures } from '../local/failures/catalogue';
import { chooseFailure, listFailures } from '../local/failures/choose';
import { provoke, type Scene } from '../local/failures/scene';
import type { HistoryEvent } from '../local/states-language/history';
import { courseOf } from '../report/course';
import { versionsTold } from '../report/labels';
import { secretName } from './cloud';
import { endings } from './endings';
import { chosen, runProvoked } from './provoked';

const errorsIn = (history: readonly HistoryEvent[]): string[] =>
  history.flatMap(({ taskFailedEventDetails: details }) => (details?.error ? [details.error] : []));

const observe = (text: string) =>
  runProvoked(chosen(text), {}, ({ result, alerts, cloud }) => ({
    result,
    alerts,
    current: cloud.secretsManager.snapshot(secretName).filter(({ labels }) => labels.includes('AWSCURRENT')),
    labels: Object.fromEntries(cloud.secretsManager.labels(secretName)),
  }));

const observed = new Map<string, ReturnType<typeof observe>>();

/** Runs once, whichever tests look at it, and whether all of them are run or one. */
const ended = (text: string): ReturnType<typeof observe> => {
  const run = observed.get(text) ?? observe(text);
  observed.set(text, run);
  return run;
};

const cases = Object.entries(endings).flatMap(([name, [once, always]]) => [
  { text: name, ending: once },
  { text: `${name}:always`, ending: always },
]);

test.each(cases)('$text ends as $ending', async ({ text, ending: [ending, alert] }) => {
  const { result, alerts, current, labels } = await ended(text);
  const output = result.output as { readonly outcome: string; readonly verified: boolean } | undefined;
  const entered = result.history.find(({ type }) => type === 'FailStateEntered')?.stateEnteredEventDetails;
  const { step } = (JSON.parse(entered?.input ?? '{}') as { failed?: { step: string } }).failed ?? {};
  const shown = output
    ? `${output.outcome}${output.outcome === 'rotated' && !output.verified ? ', not verified' : ''}`
    : `${step} ${result.error}`;
  expect(shown).toBe(ending);
  // One, whoever published it, or none: never two.
  expect(alerts.map(({ subject }) => subject.match(/^\[(\w+)\]/)?.[1])).toEqual(alert === 'none' ? [] : [alert]);
  // Whatever happens, applications find a token; where a person put something else there, it is as they left it.
  expect(current).toHaveLength(1);
  const { after, uncertain } = versionsTold(courseOf(result.history));
  // What an execution tells of the labels is so, unless it knows that it may be wrong or was overtaken by somebody.
  if (!uncertain && !text.includes('VersionConflict')) {
    expect(labels).toMatchObject(after);
    if (after.AWSCURRENT !== undefined) expect(after.AWSPENDING).toBe(labels.AWSPENDING);
  }
});

test('every named error is met by one of the failures', async () => {
  const missing = new Set<string>(errorNames);
  for (const { text } of cases) {
    for (const error of errorsIn((await ended(text)).result.history)) missing.delete(error);
    if (missing.size === 0) break;
  }
  expect([...missing]).toEqual([]);
});

test('each failure of the catalogue has an ending here and a line in the list, and nothing else has', () => {
  expect(Object.keys(endings).sort()).toEqual(failures.map(({ step, error }) => `${step}:${error}`).sort());
  expect(listFailures()).toHaveLength(failures.length);
});

test.each([
  ['fetch', 'MalformedSecret', false],
  ['refresh', 'crash', false],
  ['validate', 'TokenRejected', false],
  ['promote', 'VersionConflict', false],
  ['verify', 'TokenRejected', true],
  ['alert', 'AccessDenied', false],
])('the step %s alone stands for %s', (step, error, always) => {
  expect(chosen(step)).toMatchObject({ failure: { step, error }, always });
});

test.each([
  '',
  'Fetch',
  'refresh:',
  'refresh:TokenRejected',
  'refresh:crash:twice',
  'refresh:crash:always:x',
  'toString',
])('%j is no failure', (text) => {
  expect(chooseFailure(text)).toBeUndefined();
});

test('what has been provoked is over when its round is', async () => {
  const { failure, always } = chosen('fetch:AccessDenied');
  const provocation = provoke(failure);
  const entered = { id: 1, previousEventId: 0, timestamp: 0, type: 'TaskStateEntered' };
  const call = { service: 'secretsmanager', action: 'GetSecretValue' } as const;
  await provocation.begin({ always } as Scene);
  provocation.watcher.onEvent({ ...entered, stateEnteredEventDetails: { name: 'Fetch', input: '{}' } });
  await expect(provocation.intercept(call, async () => 'answer')).rejects.toThrow();
  expect(provocation.end()).toBe(true);
  expect(await provocation.intercept(call, async () => 'answer')).toBe('answer');
});

const bodyOf = (text: string, options: Parameters<typeof runProvoked>[1] = {}): Promise<string> =>
  runProvoked(chosen(text), options, ({ alerts }) => alerts[0]?.body ?? '');

test('a single-use refresh token that was spent on a lost answer: the alert says so, and until when there is time', async () => {
  const body = await bodyOf('refresh:crash', { refreshTokens: 'singleUse' });
  expect(body).toContain('Error:  RefreshRejected');
  expect(body).toContain('An earlier refresh of this token never came back');
  expect(body).toMatch(
    /keep using the current token, valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC, 23 hours \d+ minutes left/,
  );
  expect(body).toMatch(/Make a new token in Momento's console before \d{4}-/);
});

test('when the alert function may not publish, the state machine’s own alert has the fields that programs read', async () => {
  const alert = JSON.parse(await bodyOf('alert:AccessDenied')) as Record<string, unknown>;
  expect(alert).toEqual({
    severity: 'critical',
    secretName,
    step: 'Refresh',
    error: 'RefreshRejected',
    message: expect.stringContaining('Open the execution'),
    validUntil: null,
    executionArn: expect.stringMatching(/^arn:aws:states:/),
    consoleUrl: null,
  });
});

test('a token that cannot be stored is not refreshed once more', () =>
  runProvoked(chosen('refresh:lost:always'), {}, ({ cloud }) => {
    expect(cloud.takeCalls().momentoRefresh).toBe(1);
  }));
