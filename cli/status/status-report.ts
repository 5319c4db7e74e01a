import { type EpochSeconds, type IsoTime, spokenDuration } from '../../functions/language/time';
import type { DeployedAlarm } from '../aws/alarms';
import type { TopicSubscription } from '../aws/alert-topic';
import type { VersionSummary } from '../aws/secrets';
import { isKnown, type Part } from '../command/part';
import type { Run } from '../deployment/last-runs';
import { importNew, rotateNow } from '../deployment/remedies';

/** What `status` found, without tokens. */
export interface StatusReport {
  /** Epoch seconds. */
  readonly now: number;
  readonly secrets: readonly SecretStatus[];
  readonly alarms: Part<readonly DeployedAlarm[]>;
  readonly subscriptions: Part<readonly TopicSubscription[]>;
}

export interface SecretStatus {
  readonly secretName: string;
  /** Those with labels. */
  readonly versions: readonly LabelledVersion[];
  /** A string says why there is no token. */
  readonly token: Part<TokenLife | string>;
  readonly nativeRotation: boolean;
  /** `null`: no run of this secret among the executions that were read. */
  readonly lastRun: Part<{ readonly run: Run | null; readonly among: number }>;
  /** `null`: none is scheduled. */
  readonly nextRun: Part<EpochSeconds | null>;
}

interface LabelledVersion extends Omit<VersionSummary, 'createdAt'> {
  readonly createdAt: EpochSeconds;
}

export interface TokenLife {
  readonly issuedAt: EpochSeconds;
  readonly validUntil: EpochSeconds;
  readonly validUntilIso: IsoTime;
  readonly isRefreshable: boolean;
}

const needOfToken = ({ secretName, token: part, nextRun }: SecretStatus, now: number): string | undefined => {
  if (!isKnown(part)) return part.absent ? part.unknown : undefined;
  const { value: token } = part;
  if (typeof token === 'string') return `${secretName} is not ready. ${token} ${importNew}`;
  const left = token.validUntil - now;
  if (left <= 0) return `The token in ${secretName} has expired. ${importNew}`;
  if (!token.isRefreshable) {
    return `The token in ${secretName} cannot be refreshed, and expires in ${spokenDuration(left)}. ${importNew}`;
  }
  if (!isKnown(nextRun)) return undefined;
  const { value: next } = nextRun;
  if (next === null) return `No rotation of ${secretName} is scheduled. npx momento-rotation doctor says why.`;
  if (token.validUntil > next) return undefined;
  return `The token in ${secretName} expires in ${spokenDuration(left)}, before the next scheduled run. Rotate it now: ${rotateNow(secretName)}`;
};

/** A failure that was not followed by a success. */
const needOfRun = ({ secretName, lastRun }: SecretStatus): string | undefined => {
  if (!isKnown(lastRun)) return lastRun.absent ? lastRun.unknown : undefined;
  const { run } = lastRun.value;
  if (run === null || !['failed', 'aborted', 'timed out'].includes(run.outcome)) return undefined;
  const error = run.error === undefined ? '' : ` (${run.error})`;
  return run.outcome === 'failed'
    ? `The last rotation of ${secretName} failed${error}. Its alert says what to do; then: ${rotateNow(secretName)}`
    : `The last rotation of ${secretName} was interrupted: ${run.outcome}${error}. Start another: ${rotateNow(secretName)}`;
};

const needOfNativeRotation = ({ secretName, nativeRotation }: SecretStatus): string | undefined =>
  nativeRotation
    ? `Secrets Manager automatic rotation is also enabled for ${secretName}. Turn it off: aws secretsmanager cancel-rotate-secret --secret-id ${secretName}`
    : undefined;

const needsOfAlarms = (alarms: StatusReport['alarms']): string[] => {
  if (!isKnown(alarms)) return [];
  if (alarms.value.length === 0)
    return ['There are no alarms. Deploy the stack again with your settings: npm run deploy'];
  return alarms.value
    .filter(({ inTrouble }) => inTrouble)
    .map(({ name, description }) => `Alarm ${name}: ${description}`);
};

const needsOfSubscriptions = (subscriptions: StatusReport['subscriptions']): string[] => {
  if (!isKnown(subscriptions)) return subscriptions.absent ? [subscriptions.unknown] : [];
  const unconfirmed = subscriptions.value.filter(({ confirmed }) => !confirmed);
  if (subscriptions.value.length === 0)
    return ['The topic has no subscribers, so no alerts are delivered. Subscribe to it: README.md#subscribe'];
  return unconfirmed.map(
    ({ protocol, endpoint }) => `The subscription of ${endpoint} (${protocol}) is not confirmed: it gets no alerts.`,
  );
};

/** What the user has to do, in one or two sentences each. */
export const needsOf = ({ now, secrets, alarms, subscriptions }: StatusReport): readonly string[] => {
  const needs = [
    ...(secrets.length === 0
      ? ['The deployment has no secrets. Deploy it again with your settings: npm run deploy']
      : []),
    ...secrets.flatMap((secret) =>
      [needOfToken(secret, now), needOfRun(secret), needOfNativeRotation(secret)].filter((need) => need !== undefined),
    ),
    ...needsOfAlarms(alarms),
    ...needsOfSubscriptions(subscriptions),
  ];
  // Something missing may be noticed in several places.
  return [...new Set(needs)];
};

/** How many items could not be read, although they should exist. */
export const unseenIn = ({ secrets, alarms, subscriptions }: StatusReport): number =>
  [
    alarms,
    subscriptions,
    ...secrets.flatMap(({ token, lastRun, nextRun }): Part<unknown>[] => [token, lastRun, nextRun]),
  ].filter((part) => !isKnown(part) && !part.absent && !part.unavailable).length;
