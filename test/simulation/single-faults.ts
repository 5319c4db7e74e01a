import { createEnumeration, type Setting, singleFaults } from './enumeration';
import { formatScenario } from './scenario';

/**
 * Runs every single fault under these conditions. None breaks an invariant, and only known faults are unrecoverable.
 */
export const expectSinglesSurvived = async (setting: Setting): Promise<void> => {
  const broken: string[] = [];
  const lost = new Set<string>();
  const enumeration = createEnumeration(setting, (scenario, { violations, unrecoverable }) => {
    for (const each of violations) broken.push(`${formatScenario(scenario)}: ${each}`);
    if (unrecoverable !== undefined) lost.add(unrecoverable);
  });
  const singles = await singleFaults(enumeration);
  expect(broken).toEqual([]);
  expect(singles.length).toBeGreaterThan(250);
  const answerIsLost = ['refresh: lost', 'refresh: late', 'refresh: crashAfter', 'refresh: timeoutAfter'];
  const notStored = ['put of the new token: crashBefore', 'put of the new token: timeoutBefore'];
  const twice = ['refresh: duplicate'];
  const takenForTheft = ['refresh: duplicateUnseen', 'refresh: lateDuplicate'];
  const expected = {
    reusable: [],
    singleUse: [...answerIsLost, ...notStored, ...twice],
    singleUseOldKeyDies: [...answerIsLost, ...notStored, ...twice],
    reuseRevokesFamily: [...answerIsLost, ...notStored, ...twice, ...takenForTheft],
  };
  // The outage lasts longer than the function that holds the token.
  const outages =
    setting.timing === 'lasting' ? ['put of the new token: down', 'put of the new token: writesDown'] : [];
  // All other faults must be recoverable.
  expect([...lost].sort()).toEqual([...expected[setting.momento], ...outages].sort());
};
