import type { Clock } from '../../../functions/contract/ports';
import type { Reply } from '../wire/service';
import { type Input, valueIn, versionIdIn } from './input';
import { identity, invalidParameter, invalidRequest, notFound, seconds, tokenInUse } from './replies';
import type { Store } from './store';
import { addVersion, attachLabels, CURRENT, detachLabel, isSameValue, labelsOf, makeRoom, PENDING } from './versions';

export const versionActions = (store: Store, clock: Pick<Clock, 'now'>) => {
  const { known, usable, write, writesUnseen } = store;

  const putSecretValue = (input: Input<'PutSecretValue'>): Reply => {
    const value = valueIn(input);
    if (value === undefined) throw invalidParameter('You must provide either SecretString or SecretBinary.');
    const id = versionIdIn(input);
    const secret = usable(known(input.SecretId));
    const taken = secret.versions.get(id);
    if (taken?.value !== undefined) {
      if (isSameValue(taken.value, value)) {
        return { ...identity(secret), VersionId: id, VersionStages: labelsOf(secret, id) };
      }
      throw tokenInUse(id, secret);
    }
    const isFirst = ![...secret.versions.values()].some((version) => version.value !== undefined);
    const labels = [...(input.VersionStages ?? [CURRENT]), ...(isFirst ? [CURRENT] : [])];
    const roomy = taken === undefined ? makeRoom(secret, clock.now()) : secret;
    // Undocumented, but recorded from AWS: a put without labels removes AWSPENDING from the version that it replaces.
    // Not recorded: AWSPENDING on another version. Here it stays.
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
    store.noteAccess(secret, version.id);
    return {
      ...identity(secret),
      VersionId: version.id,
      ...version.value,
      VersionStages: labels.length === 0 ? undefined : labels,
      CreatedDate: seconds(version.createdAt),
    };
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
          `You can only move staging label ${CURRENT} to a different secret version. It can’t be completely removed.`,
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
      LastAccessedDate: seconds(store.accessedAt(secret, id)),
      KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
    }));
    const listed = versions.flatMap(({ VersionStages, ...version }) => {
      if (VersionStages.length > 0) return [{ ...version, VersionStages }];
      return IncludeDeprecated === true ? [version] : [];
    });
    return { ...identity(secret), Versions: listed };
  };

  return {
    PutSecretValue: putSecretValue,
    GetSecretValue: getSecretValue,
    UpdateSecretVersionStage: updateSecretVersionStage,
    ListSecretVersionIds: listSecretVersionIds,
  };
};
