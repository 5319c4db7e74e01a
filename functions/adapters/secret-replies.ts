import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandOutput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { SecretArn, SecretName, VersionId } from '../contract/names';
import { isSecretArn, isSecretName } from '../contract/secret-name';
import { Sensitive } from '../language/sensitive';
import type { SecretDescription, SecretVersion } from '../secret/port';

// The SDK passes on whatever an answer holds. What is taken from it goes into state data and sentences, and decides which
// version is promoted, so it must be what was asked for, in the form that AWS documents.

const versionIdShape = /^[\w.:/+=@-]{32,64}$/;

const isVersionId = (value: unknown): value is VersionId => typeof value === 'string' && versionIdShape.test(value);

/** Labels by the version that carries them, the other way round. `undefined` for what is no such list. */
const labelsOf = (versions: unknown): ReadonlyMap<string, VersionId> | undefined => {
  if (typeof versions !== 'object') return undefined;
  const entries = Object.entries((versions ?? {}) as Readonly<Record<string, unknown>>);
  const labels = new Map<string, VersionId>();
  for (const [versionId, names] of entries) {
    if (!isVersionId(versionId) || !Array.isArray(names)) return undefined;
    for (const name of names) labels.set(String(name), versionId);
  }
  return labels;
};

/** The secret of an answer to DescribeSecret; `undefined` if it makes no sense. */
export const descriptionIn = (
  { ARN: arn, Name: name, VersionIdsToStages = {}, RotationEnabled }: Partial<DescribeSecretCommandOutput>,
  asked: SecretName | SecretArn,
): SecretDescription | undefined => {
  if (typeof arn !== 'string' || !isSecretArn(arn)) return undefined;
  if (typeof name !== 'string' || !isSecretName(name) || !arn.includes(`:secret:${name}`)) return undefined;
  const labels = labelsOf(VersionIdsToStages);
  const isAsked = asked.startsWith('arn:') ? arn.startsWith(asked) : name === asked;
  if (!isAsked || labels === undefined) return undefined;
  return { arn: arn as SecretArn, name: name as SecretName, labels, nativeRotation: RotationEnabled === true };
};

/** How many of an answer's versions have a label, or were made at `since` or later. One of an unknown age counts. */
export const lastingIn = ({ Versions = [] }: Partial<ListSecretVersionIdsCommandOutput>, since: number): number =>
  Versions.filter(
    ({ VersionStages = [], CreatedDate }) =>
      VersionStages.length > 0 || !(CreatedDate instanceof Date && CreatedDate.getTime() < since),
  ).length;

/** The version of an answer to GetSecretValue; `undefined` if it makes no sense. */
export const versionIn = (
  { VersionId: versionId, SecretString: value, CreatedDate: created }: Partial<GetSecretValueCommandOutput>,
  asked: VersionId | undefined,
): SecretVersion | undefined => {
  if (!isVersionId(versionId) || (asked !== undefined && versionId !== asked)) return undefined;
  if (value !== undefined && value !== null && typeof value !== 'string') return undefined;
  // By its age a claim is judged: without one, it must not count as old.
  const createdAt = created instanceof Date ? created.getTime() : Number.NaN;
  if (Number.isNaN(createdAt)) return undefined;
  return { versionId, value: value ? new Sensitive(value) : undefined, createdAt };
};
