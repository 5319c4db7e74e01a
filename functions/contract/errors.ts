import { type Sentence, sentence } from '../language/sentence';
import { shortId } from './names';
import type { Rotation } from './rotation';

/** Every error that a function throws on purpose. The state machine retries and routes by these names. */
export const errorNames = [
  /** The execution's input or the deployment's settings are wrong. */
  'InvalidInput',
  /** There is no such secret, or it is scheduled for deletion. */
  'SecretNotFound',
  /** The current version is not a token document. */
  'MalformedSecret',
  /** The credential has no refresh token, or is of a kind that never has one. */
  'NotRefreshable',
  /** IAM or KMS refused. */
  'AccessDenied',
  /** Momento does not accept the token or its refresh token, and the secret holds no newer token. */
  'RefreshRejected',
  /** The new token does not work. */
  'TokenRejected',
  /** The new token is not compatible with the current one, or the version is not a token document. */
  'TokenDrifted',
  /** Another invocation may still be refreshing. The state machine waits until its claim expires. */
  'ClaimHeld',
  /** AWSCURRENT has moved since Fetch read it. */
  'VersionConflict',
  /** No attempt of Promote took effect. */
  'NotPromoted',
  /** The tests before a rollback are too old to act on. */
  'TestOutdated',
  /** Momento could not be reached, or could not answer. */
  'MomentoUnavailable',
  /** Secrets Manager could not be reached, could not answer, or does not show yet what was written. */
  'SecretsManagerUnavailable',
  /** SNS could not be reached, or could not answer: the alert was not sent. */
  'SnsUnavailable',
] as const;

export type ErrorName = (typeof errorNames)[number];

/**
 * Step Functions sees the name and the message, and the message's type keeps tokens out. There is no `cause`: what AWS
 * or Momento threw may quote the request.
 */
export class RotationError extends Error {
  override readonly name: ErrorName;
  declare readonly message: Sentence;

  constructor(name: ErrorName, message: Sentence) {
    super(message);
    this.name = name;
  }
}

export const isRotationError = (error: unknown, ...names: readonly ErrorName[]): error is RotationError =>
  error instanceof RotationError && (names.length === 0 || names.includes(error.name));

/** AWSCURRENT is no longer where Fetch saw it, so this execution may not act on what Fetch saw. */
export const currentMoved = (rotation: Pick<Rotation, 'secretName' | 'currentVersionId'>): RotationError =>
  new RotationError(
    'VersionConflict',
    sentence`AWSCURRENT of ${rotation.secretName} is no longer version ${shortId(rotation.currentVersionId)}: another execution or a user changed the secret during this rotation. Nothing was overwritten.`,
  );

/** For what must not happen: the state machine's own data does not match the contract. */
export const brokenContract = (what: Sentence): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`The function was called with data that the state machine does not send: ${what}. Start an execution of the state machine instead of invoking the function.`,
  );
