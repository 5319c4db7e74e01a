import { isRotationError } from '../../functions/contract/errors';
import type { SecretArn, SecretName, VersionId } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import type { Sensitive } from '../../functions/language/sensitive';
import type { EpochSeconds } from '../../functions/language/time';
import { isRefreshable, parseToken, type TokenDocument } from '../../functions/momento/token';
import type { SecretVersion } from '../../functions/secret/port';
import { CURRENT } from '../../functions/secret/versions';
import type { OperatedSecrets, VersionSummary } from '../aws/secrets';
import { Absent } from '../command/command-failed';
import { look, type Part } from '../command/part';

/** A secret, and its token as far as it can be told without showing it. */
export interface SecretState {
  readonly name: SecretName;
  readonly arn: SecretArn;
  readonly kmsKeyId: string | undefined;
  readonly nativeRotation: boolean;
  /** Those with labels, the newest first. */
  readonly versions: readonly VersionSummary[];
  /** A text says why the current version holds no token; unknown if it may not be read. */
  readonly current: Part<CurrentToken | string>;
}

export interface CurrentToken {
  readonly versionId: VersionId;
  /** Epoch seconds, like its end. */
  readonly issuedAt: EpochSeconds;
  readonly validUntil: EpochSeconds;
  readonly isRefreshable: boolean;
  readonly token: TokenDocument;
}

/** The token in a value, or why it holds none, without what to do about it. */
const tokenIn = (value: Sensitive | undefined): TokenDocument | string => {
  try {
    return parseToken(value);
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret')) return `It holds no Momento token: ${error.reason}.`;
    if (isRotationError(error, 'NotRefreshable')) return 'It holds a v2 API key, which cannot be rotated.';
    throw error;
  }
};

const currentIn = (version: SecretVersion | undefined): CurrentToken | string => {
  if (version === undefined) return 'It has no value yet.';
  const token = tokenIn(version.value);
  if (typeof token === 'string') return token;
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
      `There is no secret ${nameOfSecret(id)} in ${region}. Make it: npx momento-rotation import --secret ${nameOfSecret(id)}`,
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
