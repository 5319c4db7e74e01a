import type { Sentence } from '../../functions/language/sentence';
import { causeOfCaught } from '../../infra/alerting/cut-short';
import { createWorld } from '../functions/fake-ports';
import { start } from './whole-machine';

test('a result that is too large for Step Functions is alerted by the state machine, and not by the second layer too', async () => {
  const world = createWorld({ handlers: { Fetch: async () => ({ detail: 'x'.repeat(262_144) as Sentence }) } });
  const { error, cause } = await start(world);
  expect(error).toBe('States.DataLimitExceeded');
  expect(world.takeAlerts()).toHaveLength(1);
  // The rule leaves out causes that begin like this.
  expect(cause?.startsWith(causeOfCaught)).toBe(true);
});
