import type { EpochSeconds, SecretArn, SecretName, VersionId } from '../functions/contract';
import { isRotationError } from '../functions/errors';
import type { Sensitive } from '../functions/sensitive';
import { isRefreshable, parseToken, type TokenDocument } from '../functions/token';
import { CURRENT } from '../functions/versions';
import type { OperatedSecrets, VersionSummary } from './aws/secrets';

/** A secret, and its token as far as it can be told without showing it. */
export interface SecretState {
  readonly name: SecretName;
  readonly arn: SecretArn;
  readonly kmsKeyId: string | undefined;
  readonly nativeRotation: boolean;
  /** Those with labels, the newest first. */
  readonly versions: readonly VersionSummary[];
  readonly current: CurrentToken | undefined;
  /** Why the current version holds no token; `undefined` if it does. */
  readonly noToken: string | undefined;
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
const tokenIn = (value: Sensitive | undefined): TokenDocument | { readonly noToken: string } => {
  try {
    return parseToken(value);
  } catch (error) {
    if (isRotationError(error, 'MalformedSecret')) return { noToken: `It holds no Momento token: ${error.reason}.` };
    if (isRotationError(error, 'NotRefreshable')) return { noToken: 'It holds a v2 API key, which cannot be rotated.' };
    throw error;
  }
};

/** @returns `undefined` if there is no such secret */
export const readSecretState = async (secrets: OperatedSecrets, id: string): Promise<SecretState | undefined> => {
  const secret = await secrets.describe(id);
  if (secret === undefined) return undefined;
  const { name, arn, kmsKeyId, nativeRotation, labels } = secret;
  const currentId = labels.get(CURRENT);
  const [versions, version] = await Promise.all([
    secrets.versions(arn),
    currentId === undefined ? undefined : secrets.read(arn, currentId),
  ]);
  const read = version && tokenIn(version.value);
  const state = {
    name,
    arn,
    kmsKeyId,
    nativeRotation,
    versions: versions.filter((each) => each.labels.length > 0),
  };
  if (version === undefined || read === undefined) {
    return { ...state, current: undefined, noToken: 'It has no value yet.' };
  }
  if ('noToken' in read) return { ...state, current: undefined, noToken: read.noToken };
  return {
    ...state,
    noToken: undefined,
    current: {
      versionId: version.versionId,
      issuedAt: version.createdAt / 1000,
      validUntil: read.validUntil,
      isRefreshable: isRefreshable(read),
      token: read,
    },
  };
};
