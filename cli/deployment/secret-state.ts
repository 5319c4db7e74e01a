import type { SecretArn, SecretName, VersionId } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import type { EpochSeconds } from '../../functions/language/time';
import {
  isRefreshable,
  isToken,
  readToken,
  type TokenDocument,
  type TokenProblem,
} from '../../functions/momento/token';
import type { SecretVersion } from '../../functions/secret/port';
import { CURRENT } from '../../functions/secret/versions';
import type { OperatedSecrets, VersionSummary } from '../aws/secrets';
import { Absent } from '../command/command-failed';
import { look, type Part } from '../command/part';

/** A secret, and what can be said of its token without showing it. */
export interface SecretState {
  readonly name: SecretName;
  readonly arn: SecretArn;
  readonly kmsKeyId: string | undefined;
  readonly nativeRotation: boolean;
  /** The versions that have labels, newest first. */
  readonly versions: readonly VersionSummary[];
  /** A text says why the current version holds no token. Unknown if the version may not be read. */
  readonly current: Part<CurrentToken | string>;
}

interface CurrentToken {
  readonly versionId: VersionId;
  /** When the version was created. */
  readonly issuedAt: EpochSeconds;
  readonly validUntil: EpochSeconds;
  readonly isRefreshable: boolean;
  readonly token: TokenDocument;
}

const describeProblem = ({ error, reason }: TokenProblem): string =>
  error === 'MalformedSecret'
    ? `It does not hold a Momento token: ${reason}.`
    : `It holds a key that cannot be rotated: ${reason}.`;

const currentIn = (version: SecretVersion | undefined): CurrentToken | string => {
  if (version === undefined) return 'It has no value yet.';
  const token = readToken(version.value);
  if (!isToken(token)) return describeProblem(token);
  return {
    versionId: version.versionId,
    issuedAt: version.createdAt / 1000,
    validUntil: token.validUntil,
    isRefreshable: isRefreshable(token),
    token,
  };
};

/** @throws Absent if there is no such secret, or it is scheduled for deletion */
export const readSecretState = async (secrets: OperatedSecrets, id: string, region: string): Promise<SecretState> => {
  const secret = await secrets.describe(id);
  if (secret === undefined) {
    throw new Absent(
      `There is no secret ${nameOfSecret(id)} in ${region}. Create it: npx momento-rotation import --secret ${nameOfSecret(id)}`,
    );
  }
  const { name, arn, kmsKeyId, nativeRotation, labels } = secret;
  const currentId = labels.get(CURRENT);
  const [versions, current] = await Promise.all([
    secrets.versions(arn),
    look(async () => currentIn(currentId === undefined ? undefined : await secrets.read(arn, currentId))),
  ]);
  return { name, arn, kmsKeyId, nativeRotation, versions: versions.filter((each) => each.labels.length > 0), current };
};
