import { chooseFailure } from '../../local/failures/choose';
import { provoke, type Scenario } from '../../local/failures/scenario';
import { chosen } from '../failures/provoked';

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

test('a provoked failure ends with its round', async () => {
  const { failure, always } = chosen('fetch:AccessDenied');
  const provocation = provoke(failure);
  const entered = { id: 1, previousEventId: 0, timestamp: 0, type: 'TaskStateEntered' };
  const call = { service: 'secretsmanager', action: 'GetSecretValue' } as const;
  await provocation.begin({ always } as Scenario);
  provocation.watcher.onEvent({ ...entered, stateEnteredEventDetails: { name: 'Fetch', input: '{}' } });
  await expect(provocation.intercept(call, async () => 'answer')).rejects.toThrow();
  expect(provocation.end()).toBe(true);
  expect(await provocation.intercept(call, async () => 'answer')).toBe('answer');
});
