import { brokenContract, currentMoved, isRotationError, RotationError } from '../contract/errors';
import { gaugeExpiry } from '../contract/expiry';
import { shortId, type VersionId } from '../contract/names';
import type { ExecutionOutput, Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { testCountsSeconds } from '../contract/timing';
import { sentence } from '../language/sentence';
import { isoTime, spokenDuration, spokenTime } from '../language/time';
import { lookFor, type Patience } from '../secret/look-for';
import type { SecretPorts } from '../secret/port';
import { CURRENT, PENDING } from '../secret/versions';

type PromotePorts = Pick<SecretPorts, 'secrets' | 'log' | 'clock'>;

type PromoteInput = Pick<
  Rotation,
  | 'secretName'
  | 'secretArn'
  | 'currentVersionId'
  | 'candidateVersionId'
  | 'candidateValidUntil'
  | 'resumed'
  | 'skipValidation'
  | 'tidied'
  | 'testedAt'
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

const readCurrentId = async ({ secrets }: PromotePorts, input: PromoteInput): Promise<VersionId | undefined> =>
  (await secrets.describe(input.secretArn)).labels.get(CURRENT);

/** The rotation has succeeded already; the next Fetch would tidy up. */
const takePendingOff = async ({ secrets, log }: PromotePorts, input: PromoteInput, candidate: VersionId) => {
  try {
    await secrets.moveLabel(input.secretArn, { label: PENDING, from: candidate });
  } catch (error) {
    log.warn('AWSPENDING not taken off', isRotationError(error) ? { reason: error.message } : {});
  }
};

/** Current is the candidate. */
const finish = async (ports: PromotePorts, input: PromoteInput, candidate: VersionId): Promise<PromotePatch> => {
  const { log, clock } = ports;
  log.count(input.resumed ? 'resumed' : 'rotated');
  // Otherwise it has not succeeded before it was verified.
  if (input.skipValidation) log.count('succeeded');
  if (input.candidateValidUntil !== null) gaugeExpiry(log, clock, input.candidateValidUntil);
  await takePendingOff(ports, input, candidate);
  return promoted(input, candidate);
};

const notNewest = (current: VersionId, wanted: VersionId): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`Secrets Manager refused to make version ${shortId(wanted)} current instead of ${shortId(current)}, although ${shortId(current)} is current: its reads lag behind. If the execution has ended, start another: it goes on from here.`,
  );

/**
 * Moves AWSCURRENT from the version that Fetch saw to the one that was validated, if it still is where Fetch saw it.
 * Running it twice is harmless.
 * @throws VersionConflict if current moved to something else
 */
export const promoteCandidate =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<PromotePatch> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const move = { label: CURRENT, to: candidate, from: input.currentVersionId };
    if ((await ports.secrets.moveLabel(input.secretArn, move)) === 'refused') {
      // A lost race and an earlier try of ours that did get through look the same: only the label tells them apart.
      const current = await readCurrentId(ports, input);
      if (current === input.currentVersionId) throw notNewest(current, candidate);
      if (current !== candidate) throw currentMoved(input);
    }
    return finish(ports, input, candidate);
  };

/** Reads may lag behind the promotion, and a try that was believed lost may still get through. */
const promotionPatience: Patience = { total: 15_000, pause: 3_000 };

/**
 * After Promote has failed for good: did one of its tries get through all the same? A rotation that was promoted must
 * not be called failed.
 * @returns no output if it did not
 */
export const wasPromoted =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<PromotePatch> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const found = await lookFor(ports.clock, promotionPatience, async () =>
      (await readCurrentId(ports, input)) === candidate ? candidate : undefined,
    );
    if (found === undefined) return { detail: sentence`${shortId(candidate)} is not current`, output: null };
    return finish(ports, input, candidate);
  };

/** Takes AWSPENDING off a version that must not be promoted. If it is gone from there already, so much the better. */
export const tidyUp =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<Pick<Rotation, 'detail' | 'tidied'>> => {
    const leftover = requireCandidate(input.candidateVersionId);
    await ports.secrets.moveLabel(input.secretArn, { label: PENDING, from: leftover });
    return { detail: sentence`AWSPENDING was taken off ${shortId(leftover)}`, tidied: input.tidied + 1 };
  };

/**
 * Gives AWSCURRENT back to the version that had it, unless the test that calls for it is outdated. The rejected token gets
 * AWSPENDING first, so that the next run judges it once more: with single-use refresh tokens it may be the only one alive.
 * @throws VersionConflict if current moved to something else
 */
export const rollBack =
  (ports: PromotePorts) =>
  async (input: PromoteInput): Promise<Pick<Rotation, 'verdict' | 'detail'>> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const previous = input.currentVersionId;
    // Not null alone: an execution that began before an update of the stack has no such field.
    if (typeof input.testedAt !== 'number') throw brokenContract(sentence`"testedAt" is missing`);
    const age = ports.clock.now() / 1000 - input.testedAt;
    if (age > testCountsSeconds) {
      return {
        verdict: 'outdated',
        detail: sentence`both tokens were tested ${spokenDuration(age)} ago, which is too long to roll back → test them again`,
      };
    }
    // Refused: somebody staged a token meanwhile. Theirs keeps the label; `momento-successor` still leads to ours.
    const given = await ports.secrets.moveLabel(input.secretArn, { label: PENDING, to: candidate });
    const move = { label: CURRENT, to: previous, from: candidate };
    if ((await ports.secrets.moveLabel(input.secretArn, move)) === 'refused') {
      const current = await readCurrentId(ports, input);
      if (current === candidate) throw notNewest(candidate, previous);
      if (current !== previous) throw currentMoved(input);
    }
    ports.log.count('rolled_back');
    return {
      verdict: 'rolledBack',
      detail: sentence`rolled back: ${shortId(previous)} is current again, ${shortId(candidate)} ${
        given === 'moved' ? sentence`is pending` : sentence`is kept as momento-successor`
      }`,
    };
  };
