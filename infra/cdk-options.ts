import { parseArgs } from 'node:util';

/** What the CDK's command line and ours both look at. */
export interface CdkOptions {
  /** `cdk.json`'s context, and above it what `-c` gives. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly profile: string | undefined;
  readonly wantsHelp: boolean;
}

const words = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** Reads the options that matter before the CDK runs. All the others are the CDK's alone. */
export const readCdkOptions = (args: readonly string[], fileContext: Readonly<Record<string, unknown>>): CdkOptions => {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      context: { type: 'string', short: 'c', multiple: true },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const given = words(values.context).map((text) => {
    const at = text.indexOf('=');
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  });
  return {
    context: { ...fileContext, ...Object.fromEntries(given) },
    profile: words(values.profile)[0],
    wantsHelp: values.help === true,
  };
};
