import type { EpochSeconds, IsoTime } from '../functions/contract';
import { spokenDuration } from '../functions/sentence';
import type { DeployedAlarm } from './aws/alarms';
import type { TopicSubscription } from './aws/alert-topic';
import type { VersionSummary } from './aws/secrets';
import type { Run } from './last-runs';
import { isKnown, type Part } from './part';

/** What `status` found. It holds no token. */
export interface StatusReport {
  /** Epoch seconds. */
  readonly now: number;
  readonly secrets: readonly SecretStatus[];
  readonly alarms: Part<readonly DeployedAlarm[]>;
  readonly subscriptions: Part<readonly TopicSubscription[]>;
}

export interface SecretStatus {
  readonly secretName: string;
  readonly secretArn: string;
  /** Those with labels. */
  readonly versions: readonly VersionSummary[];
  readonly token: TokenLife | undefined;
  /** Why the current version holds none. */
  readonly noToken: string | undefined;
  readonly nativeRotation: boolean;
  readonly lastRun: Part<Run | null>;
  readonly lastSuccess: Part<Run | null>;
  /** `null`: none is scheduled. */
  readonly nextRun: Part<EpochSeconds | null>;
}

export interface TokenLife {
  readonly issuedAt: EpochSeconds;
  readonly validUntil: EpochSeconds;
  readonly validUntilIso: IsoTime;
  readonly isRefreshable: boolean;
}

const importNew = "Make a new token in Momento's console and import it: npx momento-rotation import";
const rotateNow = (secretName: string): string => `npx momento-rotation rotate --secret ${secretName}`;

const needOfToken = ({ secretName, token, noToken, nextRun }: SecretStatus, now: number): string | undefined => {
  if (token === undefined) return `${secretName} is not ready. ${noToken ?? ''} ${importNew}`;
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

/** A failure that no success followed. */
const needOfRun = ({ secretName, lastRun }: SecretStatus): string | undefined => {
  const run = isKnown(lastRun) ? lastRun.value : null;
  if (run === null || !['failed', 'aborted', 'timed out'].includes(run.outcome)) return undefined;
  const error = run.error === undefined ? '' : ` (${run.error})`;
  return `The last rotation of ${secretName} ${run.outcome === 'failed' ? 'failed' : `was cut short: ${run.outcome}`}${error}. Its alert says what to do; then: ${rotateNow(secretName)}`;
};

const needOfNativeRotation = ({ secretName, nativeRotation }: SecretStatus): string | undefined =>
  nativeRotation
    ? `Secrets Manager's own rotation is switched on for ${secretName}, too. Turn it off: aws secretsmanager cancel-rotate-secret --secret-id ${secretName}`
    : undefined;

const needsOfAlarms = (alarms: StatusReport['alarms']): string[] =>
  isKnown(alarms)
    ? alarms.value.filter(({ inTrouble }) => inTrouble).map(({ name, description }) => `Alarm ${name}: ${description}`)
    : [];

const needsOfSubscriptions = (subscriptions: StatusReport['subscriptions']): string[] => {
  if (!isKnown(subscriptions)) return [];
  const unconfirmed = subscriptions.value.filter(({ confirmed }) => !confirmed);
  if (subscriptions.value.length === 0) return ['Nobody is alerted. Subscribe to the topic: README.md#subscribe'];
  return unconfirmed.map(
    ({ protocol, endpoint }) => `The subscription of ${endpoint} (${protocol}) is not confirmed: it gets no alerts.`,
  );
};

/** What a person has to look after, a sentence or two each. */
export const needsOf = ({ now, secrets, alarms, subscriptions }: StatusReport): readonly string[] => [
  ...secrets.flatMap((secret) =>
    [needOfToken(secret, now), needOfRun(secret), needOfNativeRotation(secret)].filter((need) => need !== undefined),
  ),
  ...needsOfAlarms(alarms),
  ...needsOfSubscriptions(subscriptions),
];
