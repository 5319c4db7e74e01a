import type { Harmless, Sentence } from '../language/sentence';

export type SecretName = Harmless<'SecretName'>;
export type SecretArn = Harmless<'SecretArn'>;
export type VersionId = Harmless<'VersionId'>;
export type ExecutionArn = Harmless<'ExecutionArn'>;

/** The secret that a deployment rotates by default. */
export const defaultSecretName = 'momento/authentication-token' as SecretName;

/** Enough of a version id to recognise it. */
export const shortId = (versionId: VersionId): Sentence =>
  // Version ids that this project makes from one base differ only in their last part.
  (versionId.length <= 36 ? `${versionId.slice(0, 8)}…` : `…${versionId.slice(-8)}`) as Sentence;
