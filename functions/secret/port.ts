import type { SecretArn, SecretName, VersionId } from '../contract/names';
import type { CallPorts } from '../contract/ports';
import type { Sensitive } from '../language/sensitive';

/** The ports of a step that reads or writes the secret. */
export interface SecretPorts extends CallPorts {
  readonly secrets: Secrets;
}

/**
 * The calls of AWS Secrets Manager that a rotation needs. Every call may throw `AccessDenied`, `SecretNotFound`,
 * `InvalidInput` or `SecretsManagerUnavailable`; an outcome that a step must expect is a value.
 */
export interface Secrets {
  describe(secret: SecretName | SecretArn): Promise<SecretDescription>;
  /** `undefined`: there is no such version, it has no value, or it is not visible yet. */
  readVersion(secret: SecretName | SecretArn, versionId: VersionId): Promise<SecretVersion | undefined>;
  /**
   * How many versions Secrets Manager would not delete to make room for another: those with a label, and those created
   * at `since` (epoch milliseconds) or later.
   */
  countLastingVersions(secret: SecretArn, since: number): Promise<number>;
  /** The version that an application gets, by the label `AWSCURRENT`. */
  readCurrent(secret: SecretName | SecretArn): Promise<SecretVersion | undefined>;
  /** `exists`: the version id has another value. The same id with the same value again is `stored`. */
  put(secret: SecretArn, version: NewVersion): Promise<'stored' | 'exists'>;
  /**
   * Moves a label, or removes it when `to` is missing. `refused`: nothing was changed, because the label is not on the
   * version `from`, there is no version `to`, the secret has too many labels, or it is scheduled for deletion. The
   * answer does not tell which.
   */
  moveLabel(secret: SecretArn, move: LabelMove): Promise<'moved' | 'refused'>;
}

export interface SecretDescription {
  readonly arn: SecretArn;
  readonly name: SecretName;
  /** Versions by label. Secrets Manager does not list versions without labels here. */
  readonly labels: ReadonlyMap<string, VersionId>;
  /** Secrets Manager's automatic rotation is switched on for this secret. */
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
