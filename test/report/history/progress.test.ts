import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { showProgress, waitsAhead } from '../../../report/history/progress';
import type { HistoryEvent } from '../../../statemachine/execution-events';
import { createTerminal } from '../../../terminal/terminal';
import { createWorld } from '../../functions/fake-ports';

const shown = async (isTTY: boolean, realTime: boolean) => {
  const world = createWorld();
  let checks = 0;
  world.intercept = async (call, proceed) => {
    if (call.action === 'listCaches') {
      checks += 1;
      if (checks === 1) throw new MomentoStatus(status.UNAVAILABLE, 'down');
    }
    return proceed();
  };
  let text = '';
  const stream = {
    isTTY,
    columns: 80,
    write: (written: string) => {
      text += written;
    },
  };
  await world.machine.start(
    {},
    { watcher: showProgress(createTerminal(stream, {}), waitsAhead(realTime)), random: () => 0.5 },
  );
  return text;
};

test('a retry is shown with its error and its wait, and the state again when it succeeds', async () => {
  const text = (await shown(false, false)).replace(/\s+/g, ' ');
  expect(text).toMatch(
    /↻ Validate MomentoUnavailable: Momento could not say .* try 2 in 1 second, cut short ✓ Validate/,
  );
});

test('waits in real time are not called cut short', async () => {
  expect(await shown(false, true)).not.toContain('cut short');
});

test.each(['TaskFailed', 'TaskTimedOut', 'TaskStartFailed', 'TaskSubmitFailed'])('%s is shown as a failure', (type) => {
  let text = '';
  const stream = { isTTY: false, columns: 80, write: (written: string) => (text += written) };
  const { onEvent } = showProgress(createTerminal(stream, {}), waitsAhead(false));
  const details = `${type[0]?.toLowerCase()}${type.slice(1)}EventDetails`;
  for (const event of [
    { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Fetch', input: '{}' } },
    { type, [details]: { error: 'E', cause: 'why' } },
    { type: 'TaskStateExited', stateExitedEventDetails: { name: 'Fetch', output: '{}' } },
  ]) {
    onEvent({ id: 1, previousEventId: 0, timestamp: 0, ...event } as HistoryEvent);
  }
  expect(text).toMatch(/✗ Fetch +E: why\n/);
});

test('a choice shows the state that it leads to', async () => {
  expect(await shown(false, false)).toMatch(/· What to do\? +Refresh/);
});

test('nothing is wider than the terminal, and only a terminal gets colours', async () => {
  const text = await shown(true, false);
  expect(text).toContain('\u001b[32m✓');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
  const plain = text.replace(/\u001b\[\d+m/g, '');
  for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(await shown(false, false)).not.toContain('\u001b');
});
