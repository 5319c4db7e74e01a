import { brokenContract, RotationError } from '../contract/errors';
import { shortId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { testCountsSeconds } from '../contract/timing';
import { sentence } from '../language/sentence';
import { type EpochSeconds, spokenDuration } from '../language/time';
import { PENDING } from '../secret/versions';
import { moveCurrent, type PromotePorts } from './move-current';

type RollBackInput = Pick<
  Rotation,
  'secretName' | 'secretArn' | 'currentVersionId' | 'candidateVersionId' | 'testedAt'
>;

/** @throws TestOutdated: a redrive may run this hours after the test, when the tokens may be in another state */
const requireRecentTest = (testedAt: EpochSeconds | null, now: EpochSeconds): void => {
  if (typeof testedAt !== 'number') throw brokenContract(sentence`"testedAt" is missing`);
  const age = now - testedAt;
  if (age <= testCountsSeconds) return;
  throw new RotationError(
    'TestOutdated',
    sentence`Both tokens were tested ${spokenDuration(age)} ago, which is too long ago to roll back.`,
  );
};

/**
 * Makes the previous version current again. The rejected token gets AWSPENDING first, so that the next run tests it
 * again: with single-use refresh tokens, it may be the only token that can still be refreshed.
 * @throws TestOutdated, VersionConflict if AWSCURRENT moved to another version
 */
export const rollBack =
  (ports: PromotePorts) =>
  async (input: RollBackInput): Promise<Pick<Rotation, 'verdict' | 'detail'>> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const previous = input.currentVersionId;
    requireRecentTest(input.testedAt, ports.clock.now() / 1000);
    // Refused if someone else staged a token in the meantime, or if the secret has no room for another label. The rejected
    // token keeps `momento-successor`, and the rollback must not wait.
    const given = await ports.secrets.moveLabel(input.secretArn, { label: PENDING, to: candidate });
    await moveCurrent(ports, input, { from: candidate, to: previous });
    ports.log.count('rolled_back');
    return {
      verdict: 'rolledBack',
      detail: sentence`rolled back: ${shortId(previous)} is current again, ${shortId(candidate)} ${
        given === 'moved' ? sentence`is pending` : sentence`is kept as momento-successor`
      }`,
    };
  };
