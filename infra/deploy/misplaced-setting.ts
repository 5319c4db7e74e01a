import type { Environment } from '../../functions/contract/ports';
import { settingNames } from '../plan/settings';

/** Settings of ours that are also the name of an option. */
const ofTheCdk: readonly string[] = ['region'];

/** npm's own options and settings without -c look like ours, and the CDK ignores what it does not know: nothing would be set. */
export const misplacedSettingIn = (args: readonly string[], env: Environment): string | undefined => {
  const given = env.npm_config_call;
  if (given) return `npm took -c for itself. Put -- before it: npm run deploy -- -c ${given}`;
  const names: readonly string[] = settingNames;
  const misplaced = args
    .map((arg) => /^--(\w+)/.exec(arg)?.[1])
    .find((name) => name !== undefined && names.includes(name) && !ofTheCdk.includes(name));
  return misplaced === undefined ? undefined : `--${misplaced} is a setting: give it as -c ${misplaced}=…`;
};
