import type { Environment } from '../../functions/contract/ports';
import { isRegion } from './region';
import { SettingError } from './setting-error';
import type { TokenRotationProps } from './token-rotation-props';

/** Settings of the stack, as the user gives them. */
export interface Settings extends Omit<TokenRotationProps, 'topicKey'> {
  readonly stackName?: string;
  readonly account?: string;
  readonly region?: string;
}

/** A value as cdk.json or the command line gives it. */
type Reader<T> = (setting: string, value: unknown) => T;

const text: Reader<string> = (setting, value) => {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return String(value);
  throw new SettingError(setting, value, 'it must be a string');
};

const list: Reader<readonly string[]> = (setting, value) => {
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items))
    throw new SettingError(setting, value, 'it must be a JSON array or a comma-separated string');
  return items.map((item) => text(setting, item)).filter((item) => item !== '');
};

const flag: Reader<boolean> = (setting, value) => {
  const word = String(value).toLowerCase();
  if (['true', '1', 'false', '0'].includes(word)) return word === 'true' || word === '1';
  throw new SettingError(setting, value, 'it must be true or false');
};

const wholeNumber: Reader<number> = (setting, value) => {
  if (/^\d{1,6}$/.test(String(value))) return Number(value);
  throw new SettingError(setting, value, 'it must be a whole number');
};

const matching =
  (isAllowed: (name: string) => boolean, allowed: string): Reader<string> =>
  (setting, value) => {
    const name = text(setting, value);
    if (isAllowed(name)) return name;
    throw new SettingError(setting, value, allowed);
  };

const readers = {
  secretNames: list,
  existingSecrets: list,
  schedule: text,
  timeZone: text,
  flexibleWindowMinutes: wholeNumber,
  rotateBefore: text,
  secretKmsKeyArn: text,
  topicKmsKeyArn: text,
  alertEmails: list,
  alertSubscriptions: list,
  skipValidation: flag,
  validationCache: text,
  noSuccessHours: wholeNumber,
  expiryHours: wholeNumber,
  logRetentionDays: wholeNumber,
  momentoEndpoint: text,
  stackName: matching(
    (name) => /^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name),
    'it must be a letter followed by at most 127 letters, digits and hyphens',
  ),
  account: matching((name) => /^\d{12}$/.test(name), 'it must be an AWS account ID of 12 digits'),
  region: matching(isRegion, 'it must be the name of an AWS region, such as eu-west-1'),
} satisfies { readonly [Name in keyof Settings]-?: Reader<NonNullable<Settings[Name]>> };

type Name = keyof typeof readers;

const everyNthDay = (variable: string, days: string): string => {
  if (/^[1-9]\d{0,2}$/.test(days) && Number(days) <= 365) return `rate(${days} ${days === '1' ? 'day' : 'days'})`;
  throw new SettingError(variable, days, 'it must be a whole number of days, from 1 to 365');
};

const asItIs = (_: string, value: string): string => value;

/** Environment variables that set a setting that the context leaves out. All but the last are the predecessor's. */
export const fallbacks: {
  readonly [Setting in Name]?: readonly [string, (variable: string, value: string) => string];
} = {
  secretNames: ['MOMENTO_AUTH_TOKEN_SECRET_NAME', asItIs],
  schedule: ['AUTO_ROTATION_IN_DAYS', everyNthDay],
  secretKmsKeyArn: ['KMS_KEY_ARN', asItIs],
  skipValidation: ['SKIP_TEST_STEP_ENV_KEY_VALUE', asItIs],
  account: ['OVERRIDE_ACCOUNT_ID', asItIs],
  region: ['OVERRIDE_REGION', asItIs],
  momentoEndpoint: ['MOMENTO_ENDPOINT_OVERRIDE', asItIs],
};

/** The CDK command line writes these into the context itself, besides keys with a colon or an at sign. */
const toolKeys = new Set(['cli-telemetry', 'acknowledged-issue-numbers']);

export const settingNames = Object.keys(readers) as readonly Name[];

const isOurs = (key: string): key is Name => Object.hasOwn(readers, key);

const refuseUnknown = (context: Readonly<Record<string, unknown>>): void => {
  const unknown = Object.keys(context).find((key) => !isOurs(key) && !/[:@]/.test(key) && !toolKeys.has(key));
  if (unknown === undefined) return;
  throw new SettingError(unknown, context[unknown], `unknown setting; valid settings are ${settingNames.join(', ')}`);
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const read = (name: Name, context: Readonly<Record<string, unknown>>, env: Environment): unknown => {
  if (isGiven(context[name])) return readers[name](name, context[name]);
  const [variable = '', convert = asItIs] = fallbacks[name] ?? [];
  const value = env[variable];
  return value ? readers[name](variable, convert(variable, value.trim())) : undefined;
};

/**
 * The deployment's settings, from the CDK context, or else from environment variables. An empty value counts as not
 * given. The construct checks whether the values fit together.
 * @throws SettingError
 */
export const readSettings = (context: Readonly<Record<string, unknown>>, env: Environment): Settings => {
  refuseUnknown(context);
  return Object.fromEntries(
    settingNames.map((name) => [name, read(name, context, env)]).filter(([, value]) => value !== undefined),
  ) as Settings;
};

/** The name that the user knows: the environment variable that the value came from, or the setting. */
const givenAs = (setting: string, context: Readonly<Record<string, unknown>>, env: Environment): string => {
  if (!isOurs(setting) || isGiven(context[setting])) return setting;
  const [variable = ''] = fallbacks[setting] ?? [];
  return env[variable] ? `${variable} for ${setting}` : setting;
};

/** The sentence for an invalid setting, under the name by which it was given; `undefined` for any other error. */
export const explainSetting = (
  error: unknown,
  context: Readonly<Record<string, unknown>>,
  env: Environment,
): string | undefined => {
  if (!(error instanceof SettingError)) return undefined;
  const { setting, got, allowed } = error;
  return new SettingError(givenAs(setting, context, env), got, allowed).message;
};
