import { createWorld, secretName } from '../functions/fake-ports';
import { start } from './whole-machine';

test.each([[null], [[]], [1], ['text']])(
  'the input %j is not an object: the execution fails with InvalidInput',
  async (input) => {
    const world = createWorld();
    const result = await start(world, input);
    expect([result.status, result.error]).toEqual(['FAILED', 'InvalidInput']);
    expect(JSON.parse(result.cause ?? '{}').errorMessage).toContain('it must be a JSON object');
  },
);

test('not due: Fetch, a Choice and the end', async () => {
  const world = createWorld({ env: { ROTATE_BEFORE: '1h' } });
  const result = await start(world);
  const states = result.history.flatMap(({ stateEnteredEventDetails: entered }) => (entered ? [entered.name] : []));
  expect(states).toEqual(['Fetch', 'What to do?', 'Not due']);
  expect(result.output).toMatchObject({ outcome: 'notDue', secretName });
});
