import type { Clock } from '../../../functions/contract/ports';
import type { Reply } from '../wire/service';
import { type Input, valueIn, versionIdIn } from './input';
import {
  description,
  exists,
  identity,
  invalidParameter,
  invalidRequest,
  seconds,
  tokenInUse,
  versionsToLabels,
} from './replies';
import type { Store } from './store';
import { addVersion, attachLabels, CURRENT, dayMilliseconds, isSameValue, type Secret } from './versions';

export const secretActions = (store: Store, clock: Pick<Clock, 'now'>) => {
  const { find, known, usable, write, writesUnseen } = store;

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
      if (id !== undefined && stored !== undefined) throw tokenInUse(id, namesake);
      throw exists(`The operation failed because the secret ${input.Name} already exists.`);
    }
    const now = clock.now();
    const empty: Secret = {
      arn: store.arnFor(input.Name),
      name: input.Name,
      createdAt: now,
      changedAt: now,
      // As on AWS, an empty description is not stored.
      description: input.Description || undefined,
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

  const describeSecret = ({ SecretId }: Input<'DescribeSecret'>): Reply => {
    const secret = known(SecretId, writesUnseen());
    return {
      ...description(secret),
      LastAccessedDate: seconds(store.accessedAt(secret)),
      VersionIdsToStages: versionsToLabels(secret),
    };
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
        LastAccessedDate: seconds(store.accessedAt(secret)),
        SecretVersionsToStages: versionsToLabels(secret),
      })),
    };
  };

  const cancelRotateSecret = ({ SecretId }: Input<'CancelRotateSecret'>): Reply => {
    const secret = usable(known(SecretId));
    if (secret.rotationEnabled === true) write(secret.name, { ...secret, rotationEnabled: false });
    return identity(secret);
  };

  return {
    CreateSecret: createSecret,
    DescribeSecret: describeSecret,
    DeleteSecret: deleteSecret,
    RestoreSecret: restoreSecret,
    ListSecrets: listSecrets,
    CancelRotateSecret: cancelRotateSecret,
  };
};
