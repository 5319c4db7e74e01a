import { parsed } from '../../functions/language/json';
import { isKnown, type Part } from '../command/part';
import { type Finding, ok, unknown, warning } from './finding';

const deploy = 'Deploy this clone with your settings (npm run deploy), or check out the version that is deployed.';

/** Checks that the stack was deployed from the sources of this clone. */
export const checkVersion = (deployed: Part<string | undefined>, own: string): Finding => {
  const about = 'version';
  if (!isKnown(deployed)) return unknown(about, deployed);
  const { value: version } = deployed;
  if (version === own) return ok(about, `${own}, as in this clone`);
  if (version !== undefined) return warning(about, `Deployed from other sources: ${version}, not ${own}`, deploy);
  return warning(about, 'The stack has no output Version: it was deployed by an earlier release', deploy);
};

/** Compares with the file, which has placeholders for values that only a deployment knows. */
const isLike = (live: unknown, own: unknown): boolean => {
  if (typeof own === 'string' && typeof live === 'string') {
    // The deployment also fills in the partition.
    const [one, other] = [live, own].map((text) => text.replace(/^arn:aws[a-z-]*:/, 'arn:'));
    return /\$\{\w+\}/.test(own) || one === other;
  }
  if (typeof own !== 'object' || typeof live !== 'object' || own === null || live === null) return live === own;
  const [liveKeys, ownKeys] = [Object.keys(live).sort(), Object.keys(own).sort()];
  return (
    JSON.stringify(liveKeys) === JSON.stringify(ownKeys) &&
    ownKeys.every((key) => isLike((live as Record<string, unknown>)[key], (own as Record<string, unknown>)[key]))
  );
};

/** Checks that the state machine is the one in this clone: someone may have changed it since the deployment. */
export const checkDefinition = (live: Part<string>, file: string): Finding => {
  const about = 'state machine';
  if (!isKnown(live)) return unknown(about, live);
  if (isLike(parsed(live.value), JSON.parse(file))) return ok(about, 'It is the same as in this clone');
  return warning(about, 'It differs from this clone', deploy);
};
