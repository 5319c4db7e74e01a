import { Arn, ArnFormat, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parseMomentoEndpoint } from '../../functions/contract/momento-endpoint';
import { defaultSecretName } from '../../functions/contract/names';
import { isCompleteSecretArn, isSecretName, nameOfSecret } from '../../functions/contract/secret-name';
import { parseRotateBefore } from '../../functions/contract/settings';
import { type Frequency, frequencyOf, isTimeZone } from './schedule-expression';
import { SettingError } from './setting-error';
import { allowedSilenceHours, isTooRareToWatch, longestLookBackHours } from './silence';
import type { TokenRotationProps } from './token-rotation-props';

export interface PlannedSecret {
  readonly name: string;
  readonly origin: 'created' | 'existing';
  /** Only if the setting holds an ARN. */
  readonly arn?: string;
}

/** The checked props, with every default filled in. */
export interface Plan {
  /** At least one; the first is the one that `{}` means. */
  readonly secrets: readonly [PlannedSecret, ...PlannedSecret[]];
  readonly schedule: string;
  readonly timeZone: string;
  readonly flexibleWindowMinutes: number;
  /** The longest time between two scheduled starts, in seconds. */
  readonly longestPause: number;
  /**
   * Test the current token every day: the schedule is so infrequent that no alarm could tell whether runs still start.
   */
  readonly dailyCheck: boolean;
  readonly rotateBefore: string | undefined;
  readonly skipValidation: boolean;
  readonly validationCache: string | undefined;
  readonly momentoEndpoint: string | undefined;
  readonly noSuccessHours: number;
  /** The alarm is raised if a token expires this many seconds, or fewer, after a run. */
  readonly expirySeconds: number;
  readonly logRetention: RetentionDays;
}

const day = 86_400;
const hour = 3_600;

/**
 * Secrets Manager keeps about 100 versions and deletes none younger than a day; a rotation creates two. Refresh
 * requires room for three before it begins. The rest is headroom for failed attempts.
 */
const mostRotationsInADay = 43;

/** Secrets Manager allows 512 characters, but a metric's dimension only this many. */
const longestSecretName = 255;
const keyArn = /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Where the stack is deployed to; CDK tokens if that is not known at synthesis. */
interface Place {
  readonly account: string;
  readonly region: string;
}

const requireHere = (setting: string, arn: string, place: Place): void => {
  const given = Arn.split(arn, ArnFormat.NO_RESOURCE_NAME);
  for (const part of ['region', 'account'] as const) {
    if (!Token.isUnresolved(place[part]) && given[part] !== place[part]) {
      throw new SettingError(setting, arn, `it must be in the stack's ${part}, ${place[part]}`);
    }
  }
};

const requireKey = (setting: string, arn: string | undefined, place: Place, alternative = ''): void => {
  if (arn === undefined) return;
  if (!keyArn.test(arn)) {
    throw new SettingError(
      setting,
      arn,
      `it must be ${alternative}the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID`,
    );
  }
  requireHere(setting, arn, place);
};

const plannedByName = (setting: string, name: string, origin: PlannedSecret['origin']): PlannedSecret => {
  if (isSecretName(name) && name.length <= longestSecretName) return { name, origin };
  throw new SettingError(
    setting,
    name,
    'a secret name must consist of 1 to 255 letters, digits and the characters /_+=.@-',
  );
};

const plannedExisting = (given: string, place: Place): PlannedSecret => {
  if (!given.startsWith('arn:')) return plannedByName('existingSecrets', given, 'existing');
  const name = nameOfSecret(given);
  if (!isCompleteSecretArn(given) || name.length > longestSecretName) {
    const allowed =
      'the ARN of a secret must be complete, including the hyphen and six characters at its end; or use its name';
    throw new SettingError('existingSecrets', given, allowed);
  }
  requireHere('existingSecrets', given, place);
  return { name, origin: 'existing', arn: given };
};

/** @throws SettingError if the list contains something twice */
export const requireDistinct = (setting: string, list: readonly string[]): void => {
  const twice = list.find((item, index) => list.indexOf(item) !== index);
  if (twice !== undefined) throw new SettingError(setting, twice, 'it is listed more than once');
};

const planSecrets = ({ secretNames, existingSecrets = [] }: TokenRotationProps, place: Place): Plan['secrets'] => {
  const created = secretNames ?? (existingSecrets.length > 0 ? [] : [defaultSecretName]);
  const secrets = [
    ...created.map((name) => plannedByName('secretNames', name, 'created')),
    ...existingSecrets.map((given) => plannedExisting(given, place)),
  ];
  const [first, ...others] = secrets;
  if (first === undefined) throw new SettingError('secretNames', [], 'there must be at least one secret');
  requireDistinct('secretNames', created);
  requireDistinct(
    'existingSecrets',
    secrets.map(({ name }) => name),
  );
  return [first, ...others];
};

/** Rounded up, so that a limit that is told is never too low. */
export const spoken = (seconds: number): string =>
  seconds < hour ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / hour)} hours`;

const planRotateBefore = (rotateBefore: string | undefined, longestPause: number): string | undefined => {
  if (rotateBefore === undefined) return undefined;
  const parsed = parseRotateBefore(rotateBefore);
  if (parsed === undefined || parsed === 'always') {
    const allowed = "it must be a time such as 36h or 7d (s, m, h, d), or a fraction of the token's life such as 0.25";
    throw new SettingError('rotateBefore', rotateBefore, allowed);
  }
  if ('seconds' in parsed && parsed.seconds <= longestPause) {
    const allowed = `it must be longer than the schedule interval (${spoken(longestPause)}); otherwise a token can expire between two runs`;
    throw new SettingError('rotateBefore', rotateBefore, allowed);
  }
  return rotateBefore;
};

const planFrequency = (schedule: string, timeZone: string): Frequency => {
  if (!isTimeZone(timeZone)) {
    throw new SettingError(
      'timeZone',
      timeZone,
      'it must be the IANA name of a time zone, such as Europe/Berlin or UTC',
    );
  }
  const frequency = frequencyOf(schedule, timeZone);
  if (frequency !== undefined && frequency.longestGap <= 366 * day) return frequency;
  const allowed =
    'it must run at least once a year, and be rate(N minutes), rate(N hours), rate(N days) or cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK *) with ? for one of the days, such as rate(1 day) or cron(0 9 ? * MON-FRI *)';
  throw new SettingError('schedule', schedule, allowed);
};

const inRange = (setting: string, value: number, least: number, most: number, why = ''): number => {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SettingError(setting, value, `it must be a whole number from ${least} to ${most}${why}`);
};

const planTimes = (props: TokenRotationProps) => {
  const { schedule = 'rate(1 day)', timeZone = 'UTC', flexibleWindowMinutes = 0 } = props;
  const frequency = planFrequency(schedule, timeZone);
  const longestWindow = Math.min(1440, Math.ceil(frequency.shortestGap / 60) - 1);
  const why = ', less than the schedule interval';
  inRange('flexibleWindowMinutes', flexibleWindowMinutes, 0, longestWindow, why);
  const longestPause = frequency.longestGap + flexibleWindowMinutes * 60;
  const rotateBefore = planRotateBefore(props.rotateBefore, longestPause);
  if (rotateBefore === undefined && frequency.mostRunsInADay > mostRotationsInADay) {
    const allowed = `at most ${mostRotationsInADay} rotations in 24 hours are allowed (Secrets Manager's version limit), and without rotateBefore every run rotates; set rotateBefore, or use rate(${Math.ceil(day / 60 / mostRotationsInADay)} minutes) or a longer interval`;
    throw new SettingError('schedule', schedule, allowed);
  }
  return { schedule, timeZone, flexibleWindowMinutes, longestPause, rotateBefore };
};

const planAlarms = (props: TokenRotationProps, longestPause: number, rotateBefore: string | undefined) => {
  const dailyCheck = isTooRareToWatch(longestPause);
  const proofPause = dailyCheck ? day : longestPause;
  const threshold = rotateBefore === undefined ? undefined : parseRotateBefore(rotateBefore);
  const inTime =
    typeof threshold === 'object' && 'seconds' in threshold ? Math.floor(threshold.seconds / hour) : undefined;
  return {
    dailyCheck,
    noSuccessHours: inRange(
      'noSuccessHours',
      props.noSuccessHours ?? allowedSilenceHours(proofPause),
      Math.ceil(proofPause / hour) + 1,
      longestLookBackHours,
      ', longer than the schedule interval and at most what CloudWatch can look back',
    ),
    expirySeconds:
      props.expiryHours === undefined
        ? longestPause
        : hour *
          inRange(
            'expiryHours',
            props.expiryHours,
            1,
            inTime ?? 87_600,
            inTime === undefined
              ? ''
              : ', at most rotateBefore; otherwise tokens that are not due yet would raise the alarm',
          ),
  };
};

const planEndpoint = (url: string | undefined): string | undefined => {
  if (url === undefined || parseMomentoEndpoint(url)) return url;
  throw new SettingError(
    'momentoEndpoint',
    url,
    "it must be https://HOST:PORT, or http://127.0.0.1:PORT for a Momento on the functions' own machine",
  );
};

const planRetention = (days: number): RetentionDays => {
  const known = Object.values(RetentionDays).filter(
    (value) => typeof value === 'number' && value !== RetentionDays.INFINITE,
  );
  if (known.includes(days)) return days;
  throw new SettingError('logRetentionDays', days, `it must be one of ${known.join(', ')}`);
};

/**
 * Checks each of the props, and that they fit together.
 * @throws SettingError
 */
export const planRotation = (props: TokenRotationProps, place: Place): Plan => {
  const times = planTimes(props);
  requireKey('secretKmsKeyArn', props.secretKmsKeyArn, place);
  if (props.topicKey && props.topicKmsKeyArn !== undefined) {
    throw new SettingError('topicKmsKeyArn', props.topicKmsKeyArn, 'topicKey is set as well; set only one of them');
  }
  if (props.topicKmsKeyArn !== 'create') requireKey('topicKmsKeyArn', props.topicKmsKeyArn, place, '"create" or ');
  return {
    secrets: planSecrets(props, place),
    ...times,
    ...planAlarms(props, times.longestPause, times.rotateBefore),
    skipValidation: props.skipValidation ?? false,
    validationCache: props.validationCache,
    momentoEndpoint: planEndpoint(props.momentoEndpoint),
    logRetention: planRetention(props.logRetentionDays ?? RetentionDays.ONE_MONTH),
  };
};
