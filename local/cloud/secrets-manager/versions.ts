import { ServiceError } from '../wire/service';

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
export const PENDING = 'AWSPENDING';

/** Secrets Manager quotas for one secret. The label quota counts the labels of all its versions. */
const maximumVersions = 100;
const maximumLabels = 20;
export const dayMilliseconds = 86_400_000;

/** The value as it was sent: text, or bytes in base64. */
export type Value = { readonly SecretString: string } | { readonly SecretBinary: string };

export interface Version {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Missing while a native rotation has announced the version and not yet stored its value. */
  readonly value?: Value;
}

/** One state of a secret. Immutable: each write makes a new state, so that a stale read can return an earlier one. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: readonly object[] | undefined;
  readonly deletionAt?: number | undefined;
  /** Missing if rotation was never configured. */
  readonly rotationEnabled?: boolean;
  /** In the order of creation. */
  readonly versions: ReadonlyMap<string, Version>;
  /** From label to version id, so that no label can be on two versions. */
  readonly labels: ReadonlyMap<string, string>;
}

export const labelsOf = (secret: Secret, versionId: string): string[] =>
  [...secret.labels].flatMap(([label, holder]) => (holder === versionId ? [label] : [])).sort();

export const isSameValue = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Moves each label from the version that has it. The version that loses AWSCURRENT gets AWSPREVIOUS. */
export const attachLabels = (secret: Secret, labels: readonly string[], to: string): Secret => {
  const attached = new Map(secret.labels);
  for (const label of labels) attached.set(label, to);
  const left = secret.labels.get(CURRENT);
  if (labels.includes(CURRENT) && left !== undefined && left !== to) attached.set(PREVIOUS, left);
  if (attached.size > maximumLabels) {
    throw new ServiceError('LimitExceededException', `A secret can have at most ${maximumLabels} staging labels.`);
  }
  return { ...secret, labels: attached };
};

export const detachLabel = (secret: Secret, label: string): Secret => ({
  ...secret,
  labels: new Map([...secret.labels].filter(([attached]) => attached !== label)),
});

/** Unlabelled versions, oldest first. */
const deprecated = (secret: Secret): Version[] => {
  const labelled = new Set(secret.labels.values());
  return [...secret.versions.values()].filter(({ id }) => !labelled.has(id)).sort((a, b) => a.createdAt - b.createdAt);
};

const without = (secret: Secret, gone: readonly Version[]): Secret =>
  gone.length === 0
    ? secret
    : { ...secret, versions: new Map([...secret.versions].filter(([, version]) => !gone.includes(version))) };

/** Drops unlabelled versions that are at least `age` old. The default is a day, after which AWS may drop them. */
export const dropDeprecated = (secret: Secret, now: number, age = dayMilliseconds): Secret =>
  without(
    secret,
    deprecated(secret).filter(({ createdAt }) => now - createdAt >= age),
  );

/** Makes room for one more version, as AWS does: keeps versions that have a label or are less than a day old. */
export const makeRoom = (secret: Secret, now: number): Secret => {
  const excess = secret.versions.size + 1 - maximumVersions;
  if (excess <= 0) return secret;
  const old = deprecated(secret).filter(({ createdAt }) => now - createdAt >= dayMilliseconds);
  if (old.length < excess) {
    throw new ServiceError('LimitExceededException', `A secret can have at most ${maximumVersions} versions.`);
  }
  return without(secret, old.slice(0, excess));
};

export const addVersion = (secret: Secret, version: Version): Secret => ({
  ...secret,
  versions: new Map([...secret.versions, [version.id, version]]),
});
