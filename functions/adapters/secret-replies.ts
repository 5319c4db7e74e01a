import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandOutput,
  ListSecretVersionIdsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { SecretArn, SecretName, VersionId } from '../contract/names';
import { isSecretArn, isSecretName } from '../contract/secret-name';
import { Sensitive } from '../language/sensitive';
import type { SecretDescription, SecretVersion } from '../secret/port';

// The SDK passes on whatever a response holds. Fields of it go into state data and sentences, and decide which version
// is promoted, so they must match the request and have the form that AWS documents.

const versionIdShape = /^[\w.:/+=@-]{32,64}$/;

const isVersionId = (value: unknown): value is VersionId => typeof value === 'string' && versionIdShape.test(value);

/** Versions by label, from AWS's labels by version. `undefined` if it is not such a map. */
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

/** The secret in a response to DescribeSecret; `undefined` if the response is invalid. */
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

/** How many versions in a response have a label, or were created at `since` or later. An unknown age counts. */
export const lastingIn = ({ Versions = [] }: Partial<ListSecretVersionIdsCommandOutput>, since: number): number =>
  Versions.filter(
    ({ VersionStages = [], CreatedDate }) =>
      VersionStages.length > 0 || !(CreatedDate instanceof Date && CreatedDate.getTime() < since),
  ).length;

/** The version in a response to GetSecretValue; `undefined` if the response is invalid. */
export const versionIn = (
  { VersionId: versionId, SecretString: value, CreatedDate: created }: Partial<GetSecretValueCommandOutput>,
  asked: VersionId | undefined,
): SecretVersion | undefined => {
  if (!isVersionId(versionId) || (asked !== undefined && versionId !== asked)) return undefined;
  if (value !== undefined && value !== null && typeof value !== 'string') return undefined;
  // A claim is judged by its age: a claim of unknown age must not count as old.
  const createdAt = created instanceof Date ? created.getTime() : Number.NaN;
  if (Number.isNaN(createdAt)) return undefined;
  return { versionId, value: value ? new Sensitive(value) : undefined, createdAt };
};
