import { createEnumeration, schedules } from './enumeration';
import { formatScenario } from './scenario';

// Under other conditions, and with faults: ../proofs/simulation, and npm run test:exhaustive.
test('no order in which two executions take turns breaks an invariant: reuseRevokesFamily, trimmedAtOnce', async () => {
  const broken: string[] = [];
  const setting = { momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' } as const;
  const enumeration = createEnumeration(setting, (scenario, { violations, unrecoverable }) => {
    for (const each of [...violations, ...(unrecoverable ? [unrecoverable] : [])]) {
      broken.push(`${formatScenario(scenario)}: ${each}`);
    }
  });
  const orders = await schedules(enumeration);
  expect(broken).toEqual([]);
  // There would be far fewer if turns were missed.
  expect(orders.length).toBeGreaterThan(150);
});
