import { parsed } from '../../functions/language/json';
import { isKnown, type Part } from '../command/part';
import { type Finding, ok, unknown, warning } from './finding';

/** What of a template is compared. */
export interface Template {
  readonly Resources?: Readonly<
    Record<string, { readonly Type?: string; readonly Properties?: { readonly Code?: { readonly S3Key?: unknown } } }>
  >;
}

const deploy = 'Deploy this clone with your settings (npm run deploy), or check out what was deployed.';

/** The hash of each function's code, which is the name of its file. */
const codeOf = ({ Resources = {} }: Template): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([id, { Properties }]) => [id, String(Properties?.Code?.S3Key)]),
  );

/** Are the deployed functions made from this clone's code? */
export const checkFunctions = (deployed: Part<Template>, own: Part<Template>): Finding => {
  const about = 'functions';
  if (!isKnown(deployed)) return unknown(about, deployed);
  if (!isKnown(own)) return unknown(about, own);
  const [there, here] = [codeOf(deployed.value), codeOf(own.value)];
  const ids = new Set([...there.keys(), ...here.keys()]);
  const different = [...ids].filter((id) => there.get(id) !== here.get(id));
  if (different.length === 0) return ok(about, `All ${ids.size} have the code of this clone`);
  return warning(about, `${different.length} of ${ids.size} have other code than this clone`, deploy);
};

/** Compares with the file, in which placeholders stand for what only a deployment knows. */
const isLike = (live: unknown, own: unknown): boolean => {
  if (typeof own === 'string' && typeof live === 'string') {
    // The partition is filled in, too.
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

/** Is the deployed state machine the one of this clone's file? */
export const checkDefinition = (live: Part<string>, file: string): Finding => {
  const about = 'state machine';
  if (!isKnown(live)) return unknown(about, live);
  if (isLike(parsed(live.value), JSON.parse(file))) return ok(about, 'It is the one of this clone');
  return warning(about, 'It differs from this clone’s', deploy);
};
