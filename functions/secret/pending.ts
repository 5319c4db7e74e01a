import { RotationError } from '../contract/errors';
import type { SecretArn, VersionId } from '../contract/names';
import { sentence } from '../language/sentence';
import type { SecretDescription, SecretPorts, SecretVersion } from './port';
import { CURRENT, descendsFrom, isStagedByUs, PENDING } from './versions';

/** The version that has AWSPENDING. */
type Pending =
  | { readonly kind: 'none' }
  /** A token to try: refreshed from current, or staged by a user after current was created. */
  | { readonly kind: 'candidate'; readonly versionId: VersionId }
  /** Current itself, or an outdated token, which must never be promoted. */
  | { readonly kind: 'leftover'; readonly versionId: VersionId };

/** Milliseconds between attempts: reads may lag behind writes for as long as all of them together. */
const visibilityDelays = [200, 400, 800, 1600, 2000];

/** Reads a version that is known to exist. Not found means that it is not visible yet, until the last attempt. */
export const readKnownVersion = async (
  { secrets, clock }: Pick<SecretPorts, 'secrets' | 'clock'>,
  arn: SecretArn,
  versionId: VersionId,
): Promise<SecretVersion | undefined> => {
  for (const delay of visibilityDelays) {
    const version = await secrets.readVersion(arn, versionId);
    if (version !== undefined) return version;
    await clock.sleep(delay);
  }
  return secrets.readVersion(arn, versionId);
};

/**
 * As `readKnownVersion`, for a version that the step needs.
 * @throws SecretsManagerUnavailable if it is still not visible
 */
export const requireVersion = async (
  ports: Pick<SecretPorts, 'secrets' | 'clock'>,
  arn: SecretArn,
  versionId: VersionId,
): Promise<SecretVersion> => {
  const version = await readKnownVersion(ports, arn, versionId);
  if (version !== undefined) return version;
  throw new RotationError(
    'SecretsManagerUnavailable',
    sentence`Secrets Manager does not show version ${versionId} of ${arn}, which must exist: reads may lag behind writes. Nothing was changed.`,
  );
};

const nativeRotationPending = (secret: SecretDescription, versionId: VersionId): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`AWSPENDING of ${secret.name} is on version ${versionId}, which has no value: Secrets Manager's automatic rotation was started for this secret and has not finished. Turn it off (aws secretsmanager cancel-rotate-secret --secret-id ${secret.name}), then remove the label (aws secretsmanager update-secret-version-stage --secret-id ${secret.name} --version-stage AWSPENDING --remove-from-version-id ${versionId}).`,
  );

/**
 * Judges the version labelled AWSPENDING against the one labelled AWSCURRENT.
 * @throws InvalidInput if it has no value: only Secrets Manager's automatic rotation creates such a version
 */
export const judgePending = async (
  ports: Pick<SecretPorts, 'secrets' | 'clock'>,
  secret: SecretDescription,
  current: SecretVersion,
): Promise<Pending> => {
  const versionId = secret.labels.get(PENDING);
  if (versionId === undefined) return { kind: 'none' };
  if (versionId === secret.labels.get(CURRENT)) return { kind: 'leftover', versionId };
  if (isStagedByUs(versionId)) {
    return { kind: descendsFrom(secret, current.versionId, versionId) ? 'candidate' : 'leftover', versionId };
  }
  const byHand = await readKnownVersion(ports, secret.arn, versionId);
  if (byHand === undefined) throw nativeRotationPending(secret, versionId);
  return { kind: byHand.createdAt > current.createdAt ? 'candidate' : 'leftover', versionId };
};
