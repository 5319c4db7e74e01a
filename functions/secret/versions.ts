import { createHash } from 'node:crypto';
import type { SecretArn, VersionId } from '../contract/names';
import type { SecretDescription } from './port';

/** The version that applications read. */
export const CURRENT = 'AWSCURRENT';
/** Secrets Manager moves it when AWSCURRENT moves. */
export const PREVIOUS = 'AWSPREVIOUS';
/** A new token that has not passed its test yet. */
export const PENDING = 'AWSPENDING';
/** The last claim. Never removed, so that the claim can always be read. */
export const CLAIM = 'momento-claim';
/** The last token that a refresh staged, whether or not it was promoted. */
export const SUCCESSOR = 'momento-successor';

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);

/** Identifies the version that a token was made from, without reading its value. */
const baseMark = (arn: SecretArn, base: VersionId): string => digest('base', arn, base);

const numberText = (claimNumber: number): string => String(claimNumber).padStart(10, '0');

/**
 * The same for every invocation that claims after the same claim: Secrets Manager gives the id to the first and refuses
 * the others. It leaves the base out, so that an invocation that sees an outdated AWSCURRENT contends for the same id.
 */
export const claimId = (arn: SecretArn, claimNumber: number): VersionId =>
  `${digest('claim', arn)}-c${numberText(claimNumber)}` as VersionId;

/** Starts with the mark of its base; unique to the invocation and, after a clash, to its attempt. */
export const stagedId = (
  arn: SecretArn,
  base: VersionId,
  claimNumber: number,
  invocationId: string,
  attempt: number,
): VersionId =>
  `${baseMark(arn, base)}-t${numberText(claimNumber)}-${digest('token', invocationId, String(attempt))}` as VersionId;

const numberIn = (versionId: VersionId | undefined, pattern: RegExp): number | undefined => {
  const digits = versionId === undefined ? undefined : pattern.exec(versionId)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

const claimNumberOf = (versionId: VersionId | undefined): number | undefined =>
  numberIn(versionId, /^[0-9a-f]{24}-c(\d{10})$/);

const stagedNumberOf = (versionId: VersionId | undefined): number | undefined =>
  numberIn(versionId, /^[0-9a-f]{24}-t(\d{10})-[0-9a-f]{24}$/);

/** A version that a refresh of this project staged, from any base. */
export const isStagedByUs = (versionId: VersionId): boolean => stagedNumberOf(versionId) !== undefined;

/** A token that this project refreshed from `base`. */
export const isMadeFrom = (arn: SecretArn, base: VersionId, versionId: VersionId): boolean =>
  isStagedByUs(versionId) && versionId.startsWith(`${baseMark(arn, base)}-`);

/**
 * Refreshed from current, or from a successor of current that was rolled back and is AWSPREVIOUS now: either way newer
 * than current.
 */
export const descendsFrom = ({ arn, labels }: SecretDescription, current: VersionId, versionId: VersionId): boolean => {
  const previous = labels.get(PREVIOUS);
  return (
    isMadeFrom(arn, current, versionId) ||
    (previous !== undefined && isMadeFrom(arn, current, previous) && isMadeFrom(arn, previous, versionId))
  );
};

/** The number for the next claim: above every number that the labels show. */
export const nextClaimNumber = ({ labels }: SecretDescription): number =>
  Math.max(claimNumberOf(labels.get(CLAIM)) ?? 0, stagedNumberOf(labels.get(SUCCESSOR)) ?? 0) + 1;

/** The last claim has led to a staged token, so its owner will not call Momento any more. */
export const lastClaimIsFulfilled = ({ labels }: SecretDescription): boolean => {
  const claimNumber = claimNumberOf(labels.get(CLAIM));
  return claimNumber !== undefined && claimNumber === stagedNumberOf(labels.get(SUCCESSOR));
};

/** A staged token that was made from current and is not current yet. A user may have removed its AWSPENDING. */
export const successorOf = (secret: SecretDescription, current: VersionId): VersionId | undefined => {
  const successor = secret.labels.get(SUCCESSOR);
  return successor !== undefined && successor !== current && descendsFrom(secret, current, successor)
    ? successor
    : undefined;
};
