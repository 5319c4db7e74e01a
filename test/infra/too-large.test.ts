import type { Sentence } from '../../functions/language/sentence';
import { causeOfCaught } from '../../infra/alerting/cut-short';
import { readDefinitionText } from '../../statemachine/definition';
import { createWorld } from '../functions/fake-ports';

/** The most that a state may have, in bytes. */
const limit = 262_144;

const fetching = async (fetch: () => Promise<{ readonly detail: Sentence }>) => {
  const world = createWorld({ handlers: { Fetch: fetch } });
  const { error, cause = '' } = await world.machine.start({});
  return { error, isLeftOut: cause.startsWith(causeOfCaught), alerts: world.takeAlerts().length };
};

test('a result that is too large is alerted by the state machine, and not by the EventBridge rule too', async () => {
  const large = async () => ({ detail: 'x'.repeat(limit) as Sentence });
  expect(await fetching(large)).toEqual({ error: 'States.DataLimitExceeded', isLeftOut: true, alerts: 1 });
});

test('other data that is too large is alerted by the EventBridge rule, because no Catch sees it', async () => {
  // The error fits, but not together with the other parameters of Alert.
  const failing = async () => {
    throw new Error('x'.repeat(limit - 300));
  };
  expect(await fetching(failing)).toEqual({ error: 'States.DataLimitExceeded', isLeftOut: false, alerts: 0 });
});

test('no state is called lambda: the rule would leave out its data as the result of a function', () => {
  expect(Object.keys(JSON.parse(readDefinitionText()).States)).not.toContain('lambda');
});
