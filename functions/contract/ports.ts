import type { Alert, Metric, SecretArn, SecretName, VersionId } from './rotation';
import type { RotateBefore } from './rotate-before';
import type { Sensitive } from '../language/sensitive';
import type { Sentence, Speakable } from '../language/sentence';
import type { TokenDocument } from '../momento/token';

/**
 * What the steps need from the world. A step takes the ports that it uses as its first argument and imports no SDK, so
 * that tests and the local run can put a strict model behind every one of them.
 */
export interface Ports {
  readonly secrets: Secrets;
  readonly momento: Momento;
  readonly clock: Clock;
  readonly log: Log;
  readonly invocation: Invocation;
}

/** What the deployment's settings say to Fetch. */
export interface FetchSettings {
  readonly rotateBefore: RotateBefore;
  readonly skipValidation: boolean;
}

/** What the deployment's settings say to the alert function. */
export interface AlertSettings {
  /** The longest time between two scheduled runs, in seconds. */
  readonly scheduleInterval: number;
}

/** Time, in epoch milliseconds. */
export interface Clock {
  now(): number;
  /** @param signal tells that nobody waits any more: no timer stays behind, and it may resolve at once */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** `expired` resolves when the time is over; `cancel` must be called when it is no longer waited for. */
  deadline(milliseconds: number): Deadline;
}

export interface Deadline {
  readonly expired: Promise<void>;
  cancel(): void;
}

/** One run of a function: unique for each try that Step Functions makes, and it dies when its time is over. */
export interface Invocation {
  readonly id: string;
  /** The execution's ARN. */
  readonly execution: string;
  remainingMilliseconds(): number;
}

/** One JSON object a line; only what a sentence may hold can be logged, so no token can. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  count(metric: Metric): void;
  gauge(metric: Metric, value: number, unit: 'Seconds' | 'Milliseconds'): void;
}

export type LogFields = Readonly<Record<string, Speakable | boolean | null>>;

/**
 * AWS Secrets Manager, as much of it as a rotation needs. Every call may throw `AccessDenied`, `SecretNotFound` or
 * `SecretsManagerUnavailable`; what a step must expect is a value.
 */
export interface Secrets {
  describe(secret: SecretName | SecretArn): Promise<SecretDescription>;
  /** `undefined`: there is no such version, or it has no value, or it is not visible yet. */
  readVersion(secret: SecretName | SecretArn, versionId: VersionId): Promise<SecretVersion | undefined>;
  /**
   * How many versions Secrets Manager would not remove to make room for another: those with a label, and those that were made
   * at `since` (epoch milliseconds) or later.
   */
  countLastingVersions(secret: SecretArn, since: number): Promise<number>;
  /** What an application sees under `AWSCURRENT`. */
  readCurrent(secret: SecretName | SecretArn): Promise<SecretVersion | undefined>;
  /** `exists`: the version id is taken by another value. The same id and value again is `stored`. */
  put(secret: SecretArn, version: NewVersion): Promise<'stored' | 'exists'>;
  /**
   * Moves a label, or takes it off when `to` is missing. `refused`: the label is not where `from` says, or the version
   * is not there. Nothing was changed then.
   */
  moveLabel(secret: SecretArn, move: LabelMove): Promise<'moved' | 'refused'>;
}

export interface SecretDescription {
  readonly arn: SecretArn;
  readonly name: SecretName;
  /** Only labelled versions: Secrets Manager does not list the others. */
  readonly labels: ReadonlyMap<string, VersionId>;
  /** Secrets Manager's own rotation is switched on for this secret. */
  readonly nativeRotation: boolean;
}

export interface SecretVersion {
  readonly versionId: VersionId;
  /** `undefined` for a binary value. */
  readonly value: Sensitive | undefined;
  /** Epoch milliseconds, by Secrets Manager's clock. */
  readonly createdAt: number;
}

export interface NewVersion {
  readonly versionId: VersionId;
  readonly value: Sensitive;
  readonly labels: readonly string[];
}

export interface LabelMove {
  readonly label: string;
  readonly to?: VersionId;
  readonly from?: VersionId;
}

/** The alert topic. */
export interface Topic {
  /**
   * After a lost reply, the same alert may be published twice.
   * @throws SnsUnavailable, AccessDenied, InvalidInput
   */
  publish(message: AlertMessage): Promise<void>;
}

/** One alert in its two forms. */
export interface AlertMessage {
  /** Printable ASCII, under 100 characters: SNS refuses any other subject. */
  readonly subject: Sentence;
  /** For people, by e-mail. Sentences and commands stand on lines of their own. */
  readonly lines: readonly Sentence[];
  /** For programs. */
  readonly alert: Alert;
}

export interface Momento {
  /** Prepares all that can be prepared, and returns the one call. Throws `MalformedSecret` if the key makes no client. */
  prepareRefresh(token: TokenDocument): () => Promise<RefreshReply>;
  /**
   * `forbidden`: authenticated, but not allowed to do what was asked. `rejected`: not accepted.
   * Throws `MomentoUnavailable` if it could not tell.
   */
  check(token: TokenDocument): Promise<Check>;
}

export type Check = 'works' | 'rejected' | 'forbidden';

export type RefreshReply =
  | { readonly outcome: 'refreshed'; readonly token: RefreshedToken }
  | { readonly outcome: 'rejected'; readonly code: Sentence }
  | {
      readonly outcome: 'unavailable';
      readonly code: Sentence;
      /** The request may have been acted on: a single-use refresh token may be spent. */
      readonly mayHaveRefreshed: boolean;
      /** The request may still be on its way, and be acted on later. */
      readonly mayBeUnderWay: boolean;
    };

export interface RefreshedToken {
  readonly key: Sensitive;
  readonly refreshToken: Sensitive;
  /** Epoch seconds. */
  readonly validUntil: number;
}
