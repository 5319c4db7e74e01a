import type { Scenario } from './scenario';
import { importToken, keepSpare, swapSpare } from './second-party';

/** Once is a race that is lost; twice is a failure. */
const moveCurrent = (scenario: Scenario): void => {
  if (scenario.always) swapSpare(scenario);
  else importToken(scenario);
};

/** Of whichever step finds that current has moved. */
export const conflict = {
  error: 'VersionConflict',
  before: moveCurrent,
  tries: 1,
  prepare: async (scenario: Scenario) => {
    if (scenario.always) await keepSpare(scenario);
  },
} as const;
