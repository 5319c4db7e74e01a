import { errorNames } from '../functions/errors';
import { failures } from '../local/failures/catalogue';
import { chooseFailure, listFailures } from '../local/failures/choose';
import { provoke, type Scene } from '../local/failures/scene';
import type { HistoryEvent } from '../local/states-language/history';
import { courseOf } from '../report/course';
import { versionsTold } from '../report/labels';
import { secretName } from './cloud';
import { chosen, runProvoked } from './provoked';

type Ending = readonly [ending: string, alert: 'none' | 'warning' | 'critical'];

const good = (outcome: string): Ending => [outcome, 'none'];
const failed = (step: string, error: string, alert: 'warning' | 'critical' = 'warning'): Ending => [
  `${step} ${error}`,
  alert,
];

/** How an execution ends that meets the failure, and how if the failure lasts. */
const endings: Readonly<Record<string, readonly [once: Ending, always: Ending]>> = {
  'fetch:MalformedSecret': both(failed('Fetch', 'MalformedSecret', 'critical')),
  'fetch:InvalidInput': both(failed('Fetch', 'InvalidInput')),
  'fetch:SecretNotFound': both(failed('Fetch', 'SecretNotFound', 'critical')),
  'fetch:AccessDenied': both(failed('Fetch', 'AccessDenied')),
  'fetch:SecretsManagerUnavailable': [good('rotated'), failed('Fetch', 'SecretsManagerUnavailable')],
  'fetch:alreadyRunning': both(good('alreadyRunning')),
  'fetch:crash': [good('rotated'), failed('Fetch', 'Runtime.ExitError')],
  'refresh:RefreshRejected': both(failed('Refresh', 'RefreshRejected', 'critical')),
  'refresh:NotRefreshable': both(failed('Refresh', 'NotRefreshable', 'critical')),
  'refresh:AccessDenied': both(failed('Refresh', 'AccessDenied')),
  'refresh:MomentoUnavailable': [good('rotated'), failed('Refresh', 'MomentoUnavailable')],
  'refresh:SecretsManagerUnavailable': [good('rotated'), failed('Refresh', 'SecretsManagerUnavailable')],
  'refresh:ClaimHeld': [good('rotated'), failed('Refresh', 'ClaimHeld')],
  'refresh:alreadyRunning': both(good('alreadyRunning')),
  'refresh:VersionConflict': [good('notDue'), failed('Refresh', 'VersionConflict')],
  'refresh:crash': [good('rotated'), failed('Refresh', 'Runtime.ExitError')],
  'refresh:lost': both(failed('Refresh', 'AccessDenied')),
  'validate:TokenRejected': [good('rotated'), failed('Validate', 'TokenRejected')],
  'validate:drift': both(failed('Validate', 'TokenRejected')),
  'validate:MomentoUnavailable': [good('rotated'), failed('Validate', 'MomentoUnavailable')],
  'validate:SecretsManagerUnavailable': [good('rotated'), failed('Validate', 'SecretsManagerUnavailable')],
  'validate:AccessDenied': both(failed('Validate', 'AccessDenied')),
  'validate:crash': [good('rotated'), failed('Validate', 'Runtime.ExitError')],
  'promote:VersionConflict': [good('notDue'), failed('Promote', 'VersionConflict')],
  'promote:SecretsManagerUnavailable': [good('rotated'), failed('Promote', 'SecretsManagerUnavailable')],
  'promote:unknown': both(failed('Promote', 'SecretsManagerUnavailable')),
  'promote:AccessDenied': both(failed('Promote', 'AccessDenied')),
  // The label was moved before the first crash, so there is nothing left to fail.
  'promote:crash': both(good('rotated')),
  'verify:TokenRejected': [good('rotated'), failed('Verify', 'TokenRejected')],
  'verify:recovered': both(good('rotated')),
  'verify:bothRejected': both(failed('Verify', 'TokenRejected', 'critical')),
  'verify:rollBackFailed': both(failed('Verify', 'TokenRejected', 'critical')),
  'verify:MomentoUnavailable': [good('rotated'), good('rotated, not verified')],
  'verify:SecretsManagerUnavailable': [good('rotated'), good('rotated, not verified')],
  'verify:crash': [good('rotated'), good('rotated, not verified')],
  'alert:AccessDenied': both(failed('Refresh', 'RefreshRejected', 'critical')),
  'alert:SnsUnavailable': [failed('Refresh', 'RefreshRejected', 'critical'), ['Refresh RefreshRejected', 'none']],
  'alert:crash': both(failed('Refresh', 'RefreshRejected', 'critical')),
};

function both(ending: Ending): readonly [Ending, Ending] {
  return [ending, ending];
}

const errorsIn = (history: readonly HistoryEvent[]): string[] =>
  history.flatMap(({ taskFailedEventDetails: details }) => (details?.error ? [details.error] : []));

const seenErrors = new Set<string>();

const cases = Object.entries(endings).flatMap(([name, [once, always]]) => [
  { text: name, ending: once },
  { text: `${name}:always`, ending: always },
]);

test.each(cases)('$text ends as $ending', ({ text, ending: [ending, alert] }) =>
  runProvoked(chosen(text), {}, ({ result, alerts, cloud }) => {
    const output = result.output as { readonly outcome: string; readonly verified: boolean } | undefined;
    const entered = result.history.find(({ type }) => type === 'FailStateEntered')?.stateEnteredEventDetails;
    const { step } = (JSON.parse(entered?.input ?? '{}') as { failed?: { step: string } }).failed ?? {};
    const shown = output
      ? `${output.outcome}${output.outcome === 'rotated' && !output.verified ? ', not verified' : ''}`
      : `${step} ${result.error}`;
    expect(shown).toBe(ending);
    // One, whoever published it, or none: never two.
    expect(alerts.map(({ subject }) => subject.match(/^\[(\w+)\]/)?.[1])).toEqual(alert === 'none' ? [] : [alert]);
    for (const error of errorsIn(result.history)) seenErrors.add(error);
    // Whatever happens, applications find a token; where a person put something else there, it is as they left it.
    expect(
      cloud.secretsManager.snapshot(secretName).filter(({ labels }) => labels.includes('AWSCURRENT')),
    ).toHaveLength(1);
    const { after, uncertain } = versionsTold(courseOf(result.history));
    const labels = Object.fromEntries(cloud.secretsManager.labels(secretName));
    // What an execution tells of the labels is so, unless it knows that it may be wrong or was overtaken by somebody.
    if (!uncertain && !text.includes('VersionConflict')) {
      expect(labels).toMatchObject(after);
      if (after.AWSCURRENT !== undefined) expect(after.AWSPENDING).toBe(labels.AWSPENDING);
    }
  }),
);

test('every named error has been met', () => {
  expect(errorNames.filter((name) => !seenErrors.has(name))).toEqual([]);
});

test('the table is the catalogue', () => {
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
