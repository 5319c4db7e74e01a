import { drawDiagram } from '../../../report/diagram/diagram';
import { layOut } from '../../../report/diagram/layout';
import { readHistory } from '../../../report/history/execution-history';
import { showTimeline } from '../../../report/page/timeline';
import { chosen, runProvoked } from '../../failures/provoked';

const drawn = (failure: string) =>
  runProvoked(chosen(failure), {}, async ({ machine: { definition }, result }) => {
    const history = readHistory(result.history);
    const { html } = drawDiagram(definition, await layOut(definition), { history, label: 'drawn' });
    const timeline = showTimeline({ history, definition, seenAt: result.stoppedAt }).html;
    return { history, html, timeline, definition };
  });

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const stateIn = (html: string, stateName: string): string =>
  html.split('\n').find((line) => line.includes(`aria-label="${stateName}: `)) ?? '';

test('exactly the path that was taken is coloured: an error has a line of its own', async () => {
  // Verify has two lines to Rotated: one for success, one for failure.
  const { history, html } = await drawn('verify:MomentoUnavailable:always');
  const ways = new Set(
    history.visits.slice(1).map(({ stateName }, index) => `${history.visits[index]?.stateName} ${stateName}`),
  );
  expect(count(html, /class="line \w+ taken"/g)).toBe(ways.size);
  expect(count(html, /class="line catch taken"/g)).toBe(1);
});

test('each state shows its outcome: succeeded, caught, failed, number of retries, not reached', async () => {
  const { html, definition, history } = await drawn('verify:TokenRejected:always');
  expect(stateIn(html, 'Fetch')).toContain('class="state task succeeded"');
  expect(stateIn(html, 'Verify')).toContain('class="state task caught"');
  expect(stateIn(html, 'Verify')).toContain('aria-label="Verify: failed, and was caught after 3 retries"');
  expect(html).toContain('>3×</text>');
  expect(stateIn(html, 'Rotation failed')).toContain('class="state fail failed"');
  const reached = new Set(history.visits.map(({ stateName }) => stateName)).size;
  expect(count(html, /class="state \w+ unreached"/g)).toBe(Object.keys(definition.States).length - reached);
});

test('a state that was visited twice links to its last visit, and its label says so', async () => {
  const { html, history } = await drawn('refresh:VersionConflict');
  const last = history.visits.findLastIndex(({ stateName }) => stateName === 'Fetch') + 1;
  expect(last).toBeGreaterThan(1);
  const fetch = stateIn(html, 'Fetch');
  expect(fetch).toContain(`href="#visit-${last}"`);
  expect(fetch).toContain('the last of 2 visits');
});

test('in a state’s output, the lines that are not in its input are marked', async () => {
  const { timeline } = await drawn('validate:TokenRejected');
  const promote = timeline.split('<details').find((each) => each.includes('data-state="Promote"')) ?? '';
  const marked = promote.match(/<mark>[^<]*<\/mark>/g) ?? [];
  expect(marked.some((line) => line.includes('outcome'))).toBe(true);
  expect(marked.some((line) => line.includes('secretArn'))).toBe(false);
});
