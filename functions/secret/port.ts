import type { SecretArn, SecretName, VersionId } from '../contract/names';
import type { CallPorts } from '../contract/ports';
import type { Sensitive } from '../language/sensitive';

/** What a step needs that reads or writes the secret. */
export interface SecretPorts extends CallPorts {
  readonly secrets: Secrets;
}

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
