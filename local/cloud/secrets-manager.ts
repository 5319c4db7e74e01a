import type { Clock } from '../../functions/ports';
import { type Action, type Input, isAction, parse, valueIn, versionIdIn } from './secrets-manager-input';
import {
  description,
  exists,
  identity,
  invalidParameter,
  invalidRequest,
  notFound,
  seconds,
  versionsToLabels,
} from './secrets-manager-replies';
import { createStore, type Unlabelled } from './secrets-manager-store';
import {
  addVersion,
  attachLabels,
  CURRENT,
  detachLabel,
  isSameValue,
  labelsOf,
  makeRoom,
  PENDING,
  type Secret,
} from './secrets-manager-versions';
import { type Model, type Reply, ServiceError } from './service';

export interface SecretsManagerOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
  /**
   * When versions without labels go. AWS promises only that none goes within a day of its making.
   * @default kept: until there are more than 100 versions
   */
  readonly unlabelled?: Unlabelled;
}

export interface VersionSnapshot {
  readonly versionId: string;
  readonly labels: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly hasValue: boolean;
}

export interface SecretsManager extends Model {
  /** The next `reads` reads (Get, Describe, List), of whichever secret, see it as it was before its last `writes`. */
  staleReads(lag: { readonly writes: 1 | 2; readonly reads: number }): void;
  /** What `RotateSecret` does before it calls its function. Refused as there while AWSPENDING is elsewhere in use. */
  nativeRotationStarted(secretId: string, versionId: string): void;
  /** Every version in the order of making, the unlabelled too; never a value. Throws as DescribeSecret does. */
  snapshot(secretId: string): VersionSnapshot[];
  /** For tests. Bytes come in base64. */
  storedValue(secretId: string, versionId: string): string | undefined;
}

const dayMilliseconds = 86_400_000;

/**
 * AWS Secrets Manager's rules for secrets, versions and staging labels, after the API reference (2017-10-17), its quotas
 * page and replies recorded from AWS. Replies are as on the wire: dates in epoch seconds, bytes in base64. Left out: paging,
 * filters, replication, policies, access dates. Every `call` throws `ServiceError` and then has changed nothing.
 */
export const createSecretsManager = ({
  clock,
  region = 'us-east-1',
  account = '123456789012',
  unlabelled = 'kept',
}: SecretsManagerOptions): SecretsManager => {
  const { find, known, usable, write, writesUnseen, ...store } = createStore({ clock, unlabelled, region, account });

  const createSecret = (input: Input<'CreateSecret'>): Reply => {
    const value = valueIn(input);
    const id = value === undefined ? undefined : versionIdIn(input);
    const namesake = find(input.Name);
    if (namesake?.deletionAt !== undefined) {
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (namesake !== undefined) {
      const stored = id === undefined ? undefined : namesake.versions.get(id)?.value;
      if (value !== undefined && stored !== undefined && isSameValue(stored, value)) {
        return { ...identity(namesake), VersionId: id };
      }
      throw exists(`The operation failed because the secret ${input.Name} already exists.`);
    }
    const now = clock.now();
    const empty: Secret = {
      arn: store.arnFor(input.Name),
      name: input.Name,
      createdAt: now,
      changedAt: now,
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      tags: input.Tags,
      versions: new Map(),
      labels: new Map(),
    };
    if (value === undefined || id === undefined) {
      write(empty.name, empty);
      return identity(empty);
    }
    write(empty.name, attachLabels(addVersion(empty, { id, createdAt: now, value }), [CURRENT], id));
    return { ...identity(empty), VersionId: id };
  };

  const putSecretValue = (input: Input<'PutSecretValue'>): Reply => {
    const secret = usable(known(input.SecretId));
    const value = valueIn(input);
    if (value === undefined) throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const id = versionIdIn(input);
    const taken = secret.versions.get(id);
    if (taken?.value !== undefined) {
      if (isSameValue(taken.value, value)) {
        return { ...identity(secret), VersionId: id, VersionStages: labelsOf(secret, id) };
      }
      throw exists(
        "You can't modify an existing version, you can only create a new one. Use another ClientRequestToken.",
      );
    }
    const isFirst = ![...secret.versions.values()].some((version) => version.value !== undefined);
    const labels = [...(input.VersionStages ?? [CURRENT]), ...(isFirst ? [CURRENT] : [])];
    const roomy = taken === undefined ? makeRoom(secret, clock.now()) : secret;
    // Undocumented, but recorded from AWS: a put without labels ends what was pending on the version that it replaces.
    const ends = input.VersionStages === undefined && secret.labels.get(PENDING) === secret.labels.get(CURRENT);
    const finished = ends ? detachLabel(roomy, PENDING) : roomy;
    const createdAt = taken?.createdAt ?? clock.now();
    const next = attachLabels(addVersion(finished, { id, createdAt, value }), labels, id);
    write(secret.name, next);
    return { ...identity(secret), VersionId: id, VersionStages: labelsOf(next, id) };
  };

  const getSecretValue = ({ SecretId, VersionId, VersionStage }: Input<'GetSecretValue'>): Reply => {
    const secret = usable(known(SecretId, writesUnseen()));
    const label = VersionStage ?? CURRENT;
    const id = VersionId ?? secret.labels.get(label);
    const version = id === undefined ? undefined : secret.versions.get(id);
    if (version?.value === undefined) {
      throw notFound(`secret value for ${VersionId === undefined ? `staging label: ${label}` : `VersionId: ${id}`}`);
    }
    if (VersionStage !== undefined && secret.labels.get(VersionStage) !== version.id) {
      throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
    }
    const labels = labelsOf(secret, version.id);
    return {
      ...identity(secret),
      VersionId: version.id,
      ...version.value,
      VersionStages: labels.length === 0 ? undefined : labels,
      CreatedDate: seconds(version.createdAt),
    };
  };

  const describeSecret = ({ SecretId }: Input<'DescribeSecret'>): Reply => {
    const secret = known(SecretId, writesUnseen());
    return { ...description(secret), VersionIdsToStages: versionsToLabels(secret) };
  };

  const updateSecretVersionStage = (input: Input<'UpdateSecretVersionStage'>): Reply => {
    const { VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = input;
    const secret = usable(known(input.SecretId));
    const holder = secret.labels.get(label);
    if (to === undefined && from === undefined) {
      throw invalidParameter('You must provide MoveToVersionId, RemoveFromVersionId, or both.');
    }
    if (from !== undefined && from !== holder) {
      throw invalidParameter(`RemoveFromVersionId must be the version that currently has the staging label ${label}.`);
    }
    if (to === undefined) {
      if (label === CURRENT) {
        throw invalidParameter(
          `You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`,
        );
      }
      write(secret.name, detachLabel(secret, label));
      return identity(secret);
    }
    if (!secret.versions.has(to)) throw notFound(`secret value for VersionId: ${to}`);
    if (to === holder) return identity(secret);
    if (holder !== undefined && from === undefined) {
      throw invalidParameter(
        `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
      );
    }
    write(secret.name, attachLabels(secret, [label], to));
    return identity(secret);
  };

  const listSecretVersionIds = ({ SecretId, IncludeDeprecated }: Input<'ListSecretVersionIds'>): Reply => {
    const secret = known(SecretId, writesUnseen());
    const versions = [...secret.versions.values()].map(({ id, createdAt }) => ({
      VersionId: id,
      VersionStages: labelsOf(secret, id),
      CreatedDate: seconds(createdAt),
      KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
    }));
    const listed = versions.flatMap(({ VersionStages, ...version }) => {
      if (VersionStages.length > 0) return [{ ...version, VersionStages }];
      return IncludeDeprecated === true ? [version] : [];
    });
    return { ...identity(secret), Versions: listed };
  };

  const deleteSecret = (input: Input<'DeleteSecret'>): Reply => {
    const { SecretId, RecoveryWindowInDays: days = 30, ForceDeleteWithoutRecovery: force = false } = input;
    if (force && input.RecoveryWindowInDays !== undefined) {
      throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    if (days < 7 || days > 30) {
      throw invalidParameter('RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
    }
    const now = clock.now();
    if (force) {
      const gone = find(SecretId);
      if (gone !== undefined) write(gone.name, undefined);
      return { ARN: gone?.arn ?? SecretId, Name: gone?.name ?? SecretId, DeletionDate: seconds(now) };
    }
    const secret = usable(known(SecretId));
    const deletionAt = now + days * dayMilliseconds;
    write(secret.name, { ...secret, deletionAt });
    return { ...identity(secret), DeletionDate: seconds(deletionAt) };
  };

  const restoreSecret = ({ SecretId }: Input<'RestoreSecret'>): Reply => {
    const secret = known(SecretId);
    if (secret.deletionAt !== undefined) write(secret.name, { ...secret, deletionAt: undefined });
    return identity(secret);
  };

  const listSecrets = ({ IncludePlannedDeletion }: Input<'ListSecrets'>): Reply => {
    const writesAgo = writesUnseen();
    const secrets = store
      .all(writesAgo)
      .filter(({ deletionAt }) => deletionAt === undefined || IncludePlannedDeletion === true);
    return {
      SecretList: secrets.map((secret) => ({
        ...description(secret),
        SecretVersionsToStages: versionsToLabels(secret),
      })),
    };
  };

  const cancelRotateSecret = ({ SecretId }: Input<'CancelRotateSecret'>): Reply => {
    const secret = usable(known(SecretId));
    if (secret.rotationEnabled === true) write(secret.name, { ...secret, rotationEnabled: false });
    return identity(secret);
  };

  const actions: { readonly [A in Action]: (input: Input<A>) => Reply } = {
    CreateSecret: createSecret,
    PutSecretValue: putSecretValue,
    GetSecretValue: getSecretValue,
    DescribeSecret: describeSecret,
    UpdateSecretVersionStage: updateSecretVersionStage,
    ListSecretVersionIds: listSecretVersionIds,
    DeleteSecret: deleteSecret,
    RestoreSecret: restoreSecret,
    ListSecrets: listSecrets,
    CancelRotateSecret: cancelRotateSecret,
  };

  const run = <A extends Action>(action: A, input: Record<string, unknown>): Reply =>
    actions[action](parse(action, input));

  return {
    service: 'secretsmanager',
    call: (action, input) => {
      if (!isAction(action)) {
        throw new ServiceError('UnknownOperationException', `The embedded Secrets Manager has no ${action}.`);
      }
      if (unlabelled === 'trimmedAfterADay') store.dropAfterADay();
      return run(action, input);
    },
    staleReads: store.lagBehind,
    nativeRotationStarted: (secretId, id) => {
      const secret = usable(known(secretId));
      const pending = secret.labels.get(PENDING);
      if (pending !== undefined && pending !== secret.labels.get(CURRENT)) {
        throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
      }
      const announced = addVersion(makeRoom(secret, clock.now()), { id, createdAt: clock.now() });
      write(secret.name, { ...attachLabels(announced, [PENDING], id), rotationEnabled: true });
    },
    snapshot: (secretId) => {
      const secret = known(secretId);
      return [...secret.versions.values()].map(({ id, createdAt, value }) => ({
        versionId: id,
        labels: labelsOf(secret, id),
        createdAt,
        hasValue: value !== undefined,
      }));
    },
    storedValue: (secretId, versionId) => {
      const value = known(secretId).versions.get(versionId)?.value;
      if (value === undefined) return undefined;
      return 'SecretString' in value ? value.SecretString : value.SecretBinary;
    },
  };
};
