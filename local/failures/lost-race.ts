import type { Scenario } from './scenario';
import { importToken, keepSpare, swapSpare } from './second-party';

/** One move is a lost race, after which the execution starts over; a second one is a failure. */
const moveCurrent = (scenario: Scenario): void => {
  if (scenario.always) swapSpare(scenario);
  else importToken(scenario);
};

/** For each step that can find that AWSCURRENT has moved. */
export const conflict = {
  error: 'VersionConflict',
  before: moveCurrent,
  tries: 1,
  prepare: async (scenario: Scenario) => {
    if (scenario.always) await keepSpare(scenario);
  },
} as const;
