import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHistory } from '../../../report/history/execution-history';
import { versionsTold } from '../../../report/history/labels';
import { meaningOf } from '../../../report/history/meaning';
import { shortDuration } from '../../../report/history/wording';
import { reportPage } from '../../../report/page/page';
import type { HistoryEvent } from '../../../statemachine/execution-events';
import { secretName, withCloud } from '../../cloud';
import { chosen, runProvoked } from '../../failures/provoked';

const arn = 'arn:aws:states:us-east-1:123456789012:execution:RotateMomentoToken:one';

const executionOf = (events: readonly HistoryEvent[], seenAt = events.at(-1)?.timestamp ?? 0) => ({
  arn,
  secretName,
  history: readHistory(events),
  seenAt,
});

const definition = JSON.parse(
  readFileSync(join(__dirname, '..', '..', '..', 'statemachine', 'rotate-token.asl.json'), 'utf8'),
);

const pageOf = (history: readonly HistoryEvent[]): Promise<string> => {
  const execution = executionOf(history);
  return reportPage({
    ...execution,
    definition,
    versions: versionsTold(execution.history),
    consoleUrl: undefined,
    remark: undefined,
  });
};

const happy = (input: unknown = {}): Promise<readonly HistoryEvent[]> =>
  withCloud({}, async ({ machine }) => (await machine.start(input)).history);

const provoked = (failure: string): Promise<readonly HistoryEvent[]> =>
  runProvoked(chosen(failure), {}, ({ result }) => result.history);

test('the page is self-contained: it refers to no other file and no host', async () => {
  const page = await pageOf(await happy());
  expect(page).toMatch(/^<!doctype html>/);
  const addresses = page.match(/ (src|srcset|href|xlink:href|action|formaction|poster)="[^"]*"|url\([^)]*\)/g) ?? [];
  expect(addresses.length).toBeGreaterThan(9);
  expect(addresses.filter((each) => !/^ href="(#|data:,)/.test(each))).toEqual([]);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toContain('@import');
});

test('an execution’s data is shown as text, not as markup', async () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\u0007\'&';
  const page = await pageOf(await happy({ secretName: evil, Comment: evil }));
  expect(page).not.toContain('<script>alert');
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toContain('\u0007');
});

test('a token that a user gave as the secret’s name is hidden', async () => {
  const key = Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'k'.repeat(60) })).toString('base64');
  const page = await pageOf(await happy({ secretName: key }));
  // Not toContain: a failing test must not print it.
  expect(page.includes(key)).toBe(false);
  expect(page).toContain('[hidden: it may be a token]');
});

test.each([
  [
    'a rotation',
    happy(),
    'good',
    /^momento\/authentication-token has a new token \(…[0-9a-f]{8}, valid until .*\): it works, and applications that read the secret get it\.$/,
  ],
  [
    'a rotation that is not verified',
    provoked('verify:MomentoUnavailable:always'),
    'warning',
    /applications that read the secret get it, but it was not tested after it became current\.$/,
  ],
  [
    'an execution that found another one running',
    provoked('fetch:alreadyRunning'),
    'good',
    /^Another execution is refreshing momento/,
  ],
  ['a dry run', happy({ dryRun: true }), 'good', /^A dry run; nothing in momento\/authentication-token was changed: /],
  [
    'a failure after which the token can no longer be refreshed',
    provoked('refresh:RefreshRejected'),
    'critical',
    /failed in Refresh with RefreshRejected\. Applications keep using the current token.* It can no longer be refreshed\.$/,
  ],
  [
    'a failure that the next run resolves',
    provoked('validate:MomentoUnavailable:always'),
    'warning',
    /failed in Validate with MomentoUnavailable\. Applications keep using the current token.* left\)\.$/,
  ],
  [
    'two tokens that do not work',
    provoked('verify:bothRejected:always'),
    'critical',
    /failed in Verify with TokenRejected\. Applications are failing/,
  ],
  [
    'a secret without a token',
    provoked('fetch:MalformedSecret'),
    'critical',
    /failed in Fetch with MalformedSecret\. Applications read the same value\. If it contains no token, they fail\.$/,
  ],
  [
    'wrong input',
    happy({ secretNam: 'x' }),
    'warning',
    /^The rotation of an unknown secret failed in Fetch with InvalidInput\. This rotation changed nothing/,
  ],
])('the sentence at the top says what %s means', async (_, history, tone, sentence) => {
  const meaning = meaningOf(executionOf(await history));
  expect([meaning.tone, meaning.sentence]).toEqual([tone, expect.stringMatching(sentence)]);
});

test('a failure has the explanation and the advice of its alert', () =>
  runProvoked(chosen('refresh:RefreshRejected'), {}, ({ result, alerts }) => {
    const { explanation } = meaningOf(executionOf(result.history));
    const body = alerts[0]?.body ?? '';
    expect(body).toContain(explanation?.happened);
    expect(body).toContain(explanation?.advice);
    expect(explanation?.command).toMatch(/^aws secretsmanager put-secret-value /);
  }));

test('a running execution: how long it has run, where and why it waits, and which token is current', async () => {
  const history = await provoked('validate:TokenRejected');
  const failedAt = history.findIndex(({ type }) => type === 'TaskFailed');
  const soFar = history.slice(0, failedAt + 1);
  const startedAt = history[0]?.timestamp ?? 0;
  const { tone, sentence } = meaningOf(executionOf(soFar, startedAt + 65_000));
  expect(tone).toBe('running');
  expect(sentence).toContain('has been running for 1 minute 5 seconds');
  expect(sentence).toContain('in Validate, which failed once (TokenRejected) and will be retried');
  expect(sentence).toContain('The current token is unchanged');
});

test('an execution that was stopped after Promote: the new token is current', async () => {
  const history = await happy();
  const verify = history.findIndex(({ stateEnteredEventDetails: details }) => details?.name === 'Verify');
  const stopped = { ...history[verify], type: 'ExecutionAborted', executionAbortedEventDetails: {} } as HistoryEvent;
  const { sentence } = meaningOf(executionOf([...history.slice(0, verify + 1), stopped]));
  expect(sentence).toContain('was stopped in Verify. The new token is current');
});

test.each([
  ['Alert', /was stopped in Alert\. The previous token is current again; the next rotation resumes/, 'warning'],
  [
    'Test both tokens',
    /The new token is current, and Momento has rejected it: applications are probably failing; start another/,
    'critical',
  ],
])('a rollback that was stopped in %s: which token applications use', async (where, sentence, tone) => {
  const history = await provoked('verify:TokenRejected:always');
  const there = history.findIndex(({ stateEnteredEventDetails: details }) => details?.name === where);
  const stopped: HistoryEvent = {
    id: there + 2,
    previousEventId: 0,
    timestamp: history[there]?.timestamp ?? 0,
    type: 'ExecutionAborted',
  };
  const meaning = meaningOf(executionOf([...history.slice(0, there + 1), stopped]));
  expect([meaning.tone, meaning.sentence]).toEqual([tone, expect.stringMatching(sentence)]);
});

test('the report repeats what the alert function published and does not judge it again', async () => {
  const told = {
    severity: 'critical',
    secretName: 'a/secret',
    step: 'A state',
    message: 'It happened.',
    applications: 'They wait.',
    advice: 'Sit down.',
    command: 'aws help',
  };
  const history = (await provoked('validate:MomentoUnavailable:always')).map((event) =>
    event.stateExitedEventDetails?.name === 'Alert'
      ? { ...event, stateExitedEventDetails: { name: 'Alert', output: JSON.stringify({ alert: { told } }) } }
      : event,
  );
  expect(meaningOf(executionOf(history))).toEqual({
    tone: 'critical',
    word: 'Failed',
    secretName: 'a/secret',
    sentence: 'The rotation of a/secret failed in A state with MomentoUnavailable. They wait.',
    explanation: { happened: 'It happened.', applications: 'They wait.', advice: 'Sit down.', command: 'aws help' },
  });
});

test('if the alert function failed as well, the page says which state failed and adds nothing', async () => {
  const { sentence, explanation } = meaningOf(executionOf(await provoked('alert:AccessDenied')));
  expect(sentence).toBe(`The rotation of ${secretName} failed in Refresh with RefreshRejected.`);
  expect([explanation?.applications, explanation?.command]).toEqual([undefined, undefined]);
  expect(explanation?.happened).toContain('Momento refused');
});

test('labels that the execution’s data does not contain are shown as unknown', async () => {
  const page = await pageOf(await happy());
  const row = page.split('<tr').find((each) => each.includes('<code>AWSPREVIOUS</code>')) ?? '';
  expect(row).toContain('unknown');
  expect(row).not.toContain('changed');
  expect(page.split('<tr').find((each) => each.includes('<code>AWSCURRENT</code>'))).toContain('changed');
});

test('an unknown outcome, of another release, is reported as a success', async () => {
  const history = (await happy()).map((event) =>
    event.executionSucceededEventDetails
      ? { ...event, executionSucceededEventDetails: { output: '{"outcome": "renewed"}' } }
      : event,
  );
  expect(meaningOf(executionOf(history)).sentence).toContain(
    'succeeded, with an outcome that this release does not know',
  );
});

test('data that Step Functions truncated is shown unchanged', async () => {
  const history = (await happy()).map((event) =>
    event.stateExitedEventDetails
      ? { ...event, stateExitedEventDetails: { ...event.stateExitedEventDetails, output: '{"rotation": {"secr' } }
      : event,
  );
  expect(await pageOf(history)).toContain('{&quot;rotation&quot;: {&quot;secr');
});

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_960, '1 min'],
  [250_400, '4 min 10 s'],
  [3_600_000, '1 h'],
  [90_000_000, '1 d 1 h'],
  [86_461_000, '1 d'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(shortDuration(milliseconds)).toBe(text);
});
