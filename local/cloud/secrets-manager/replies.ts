import { type Reply, ServiceError } from '../wire/service';
import { labelsOf, type Secret } from './versions';

export const notFound = (what: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`);
export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', message);
export const invalidRequest = (message: string): ServiceError => new ServiceError('InvalidRequestException', message);
export const exists = (message: string): ServiceError => new ServiceError('ResourceExistsException', message);
export const tokenInUse = (token: string, { arn }: Secret): ServiceError =>
  exists(
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  );

/** On the wire, dates are epoch seconds. */
export const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000;

export const identity = ({ arn, name }: Secret): Reply => ({ ARN: arn, Name: name });

export const versionsToLabels = (secret: Secret): Record<string, string[]> | undefined =>
  secret.labels.size === 0
    ? undefined
    : Object.fromEntries([...new Set(secret.labels.values())].map((id) => [id, labelsOf(secret, id)]));

export const description = (secret: Secret): Reply => ({
  ...identity(secret),
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  Tags: secret.tags,
  RotationEnabled: secret.rotationEnabled,
  CreatedDate: seconds(secret.createdAt),
  LastChangedDate: seconds(secret.changedAt),
  DeletedDate: seconds(secret.deletionAt),
});
