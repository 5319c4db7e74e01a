import { parseScenario } from './scenario';
import { simulate } from './simulate';

// Scenarios in which the simulation has shown a protocol before this one to fail. `npm run test:exhaustive -- --scenario "…"`
// shows what happens in each.

test.each([
  [
    'a lagging read hides the token that a lost invocation staged: nobody refreshes from the spent refresh token',
    'reuseRevokesFamily kept 1.4:ghost 1.9:stale',
  ],
  ['a lagging read hides the claim, too', 'reuseRevokesFamily kept 1.4:ghost 1.9:staler'],
  [
    'a resumed token that is falsely rejected for minutes: no second refresh, which would revoke it',
    'reuseRevokesFamily kept 1.4:ghost 1.14:rejectedForMinutes',
  ],
  [
    'an execution that is redriven hours after a false rejection in Verify: it looks again before it says that it failed',
    'singleUseOldKeyDies kept 1.18:rejectedForMinutes 1.25:stopAndRedriveLater',
  ],
  [
    'current is imported over while a token is staged, and AWSPENDING is taken off',
    'singleUse trimmedAtOnce 1.8:import 1.10:unpend',
  ],
  [
    'a promotion that takes effect after its retry, in a world that trims at once',
    'singleUseOldKeyDies trimmedAtOnce 1.14:late 1.15:down',
  ],
])('%s', async (_, text) => {
  const { violations, unrecoverable } = await simulate(parseScenario(text));
  expect(violations).toEqual([]);
  expect(unrecoverable).toBeUndefined();
});

test.each([
  ['the answer of a single-use refresh is lost on its way', 'singleUse kept 1.7:lost', 'refresh: lost'],
  [
    'the function dies between the answer and the put of the token',
    'singleUse kept 1.8:crashBefore',
    'put of the new token: crashBefore',
  ],
  [
    'the network delivers a refresh twice, and Momento revokes the family',
    'reuseRevokesFamily kept 1.7:duplicateUnseen',
    'refresh: duplicateUnseen',
  ],
])('unrecoverable, and the alert says what to do: %s', async (_, text, point) => {
  const { violations, unrecoverable } = await simulate(parseScenario(text));
  expect([violations, unrecoverable]).toEqual([[], point]);
});
