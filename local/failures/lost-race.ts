import type { Scene } from './scenario';
import { importToken, keepSpare, swapSpare } from './second-party';

/** Once is a race that is lost; twice is a failure. */
const moveCurrent = (scene: Scene): void => {
  if (scene.always) swapSpare(scene);
  else importToken(scene);
};

/** Of whichever step finds that current has moved. */
export const conflict = {
  error: 'VersionConflict',
  before: moveCurrent,
  tries: 1,
  prepare: async (scene: Scene) => {
    if (scene.always) await keepSpare(scene);
  },
} as const;
