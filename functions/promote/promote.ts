import { isRotationError, RotationError } from '../contract/errors';
import { gaugeExpiry } from '../contract/expiry';
import { shortId, type VersionId } from '../contract/names';
import type { ExecutionOutput, Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { sentence } from '../language/sentence';
import { isoTime, spokenTime } from '../language/time';
import { lookFor, type Patience } from '../secret/look-for';
import { PENDING } from '../secret/versions';
import { moveCurrent, type PromotePorts, readCurrentId } from './move-current';

type PromoteInput = Pick<
  Rotation,
  | 'secretName'
  | 'secretArn'
  | 'currentVersionId'
  | 'candidateVersionId'
  | 'candidateValidUntil'
  | 'resumed'
  | 'skipValidation'
>;

type PromotePatch = Pick<Rotation, 'detail' | 'output'>;

const promoted = (input: PromoteInput, candidate: VersionId): PromotePatch => {
  const until =
    input.candidateValidUntil === null ? sentence`` : sentence`, valid until ${spokenTime(input.candidateValidUntil)}`;
  const detail = sentence`${shortId(candidate)} is current${until}`;
  const output: ExecutionOutput = {
    outcome: input.resumed ? 'resumed' : 'rotated',
    secretName: input.secretName,
    versionId: candidate,
    previousVersionId: input.currentVersionId,
    validUntil: input.candidateValidUntil,
    validUntilIso: input.candidateValidUntil === null ? null : isoTime(input.candidateValidUntil),
    verified: false,
    detail,
  };
  return { detail, output };
};

/** A failure here does not fail the rotation, which has succeeded already. The next Fetch tidies up. */
const removePending = async ({ secrets, log }: PromotePorts, input: PromoteInput, candidate: VersionId) => {
  try {
    await secrets.moveLabel(input.secretArn, { label: PENDING, from: candidate });
  } catch (error) {
    log.warn('AWSPENDING not removed', isRotationError(error) ? { reason: error.message } : {});
  }
};

/** After the candidate has become current. */
const finish = async (ports: PromotePorts, input: PromoteInput, candidate: VersionId): Promise<PromotePatch> => {
  const { log, clock } = ports;
  log.count(input.resumed ? 'resumed' : 'rotated');
  // With validation, Verify counts the success.
  if (input.skipValidation) log.count('succeeded');
  if (input.candidateValidUntil !== null) gaugeExpiry(log, clock, input.candidateValidUntil);
  await removePending(ports, input, candidate);
  return promoted(input, candidate);
};

/**
 * Moves AWSCURRENT from the version that Fetch saw to the candidate, if it is still where Fetch saw it. Idempotent.
 * @throws VersionConflict if AWSCURRENT moved to another version
 */
export const promoteCandidate =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<PromotePatch> => {
    const candidate = requireCandidate(input.candidateVersionId);
    await moveCurrent(ports, input, { from: input.currentVersionId, to: candidate });
    return finish(ports, input, candidate);
  };

const notPromoted = ({ secretName }: PromoteInput, candidate: VersionId): RotationError =>
  new RotationError('NotPromoted', sentence`Version ${shortId(candidate)} of ${secretName} is not current.`);

/** Reads may lag behind the promotion, and an attempt that seemed lost may still take effect. */
const promotionPatience: Patience = { total: 15_000, pause: 3_000 };

/**
 * After all attempts of Promote have failed, checks whether one of them took effect anyway. A rotation whose token was
 * promoted must not be reported as failed.
 * @throws NotPromoted if none did
 */
export const wasPromoted =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<PromotePatch> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const found = await lookFor(ports.clock, promotionPatience, async () =>
      (await readCurrentId(ports, input)) === candidate ? candidate : undefined,
    );
    if (found === undefined) throw notPromoted(input, candidate);
    return finish(ports, input, candidate);
  };
