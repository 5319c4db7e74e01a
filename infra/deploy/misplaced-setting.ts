import type { Environment } from '../../functions/contract/ports';
import { settingNames } from '../plan/settings';

/** Settings that are also options of the CDK. */
const ofTheCdk: readonly string[] = ['region'];

/**
 * Finds a setting that would have no effect: npm took its `-c`, or it is written as an option, and the CDK ignores
 * options that it does not know.
 */
export const misplacedSettingIn = (args: readonly string[], env: Environment): string | undefined => {
  const given = env.npm_config_call;
  if (given) return `npm took -c as its own option. Put -- before it: npm run deploy -- -c ${given}`;
  const names: readonly string[] = settingNames;
  const misplaced = args
    .map((arg) => /^--(\w+)/.exec(arg)?.[1])
    .find((name) => name !== undefined && names.includes(name) && !ofTheCdk.includes(name));
  return misplaced === undefined ? undefined : `--${misplaced} is a setting: write -c ${misplaced}=…`;
};
