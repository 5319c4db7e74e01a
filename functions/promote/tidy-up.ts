import { shortId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { sentence } from '../language/sentence';
import { PENDING } from '../secret/versions';
import type { PromotePorts } from './move-current';

/** Removes AWSPENDING from a version that must not be promoted. Succeeds if the label is gone already. */
export const tidyUp =
  ({ secrets }: Pick<PromotePorts, 'secrets'>) =>
  async (
    input: Pick<Rotation, 'secretArn' | 'candidateVersionId' | 'tidied'>,
  ): Promise<Pick<Rotation, 'detail' | 'tidied'>> => {
    const leftover = requireCandidate(input.candidateVersionId);
    await secrets.moveLabel(input.secretArn, { label: PENDING, from: leftover });
    return { detail: sentence`AWSPENDING was removed from ${shortId(leftover)}`, tidied: input.tidied + 1 };
  };
