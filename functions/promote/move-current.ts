import { currentMoved, RotationError } from '../contract/errors';
import { shortId, type VersionId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { sentence } from '../language/sentence';
import type { SecretPorts } from '../secret/port';
import { CURRENT } from '../secret/versions';

export type PromotePorts = Pick<SecretPorts, 'secrets' | 'log' | 'clock'>;

type Moved = Pick<Rotation, 'secretName' | 'secretArn' | 'currentVersionId'>;

export const readCurrentId = async (
  { secrets }: Pick<PromotePorts, 'secrets'>,
  { secretArn }: Pick<Rotation, 'secretArn'>,
): Promise<VersionId | undefined> => (await secrets.describe(secretArn)).labels.get(CURRENT);

const unexplainedRefusal = (from: VersionId, to: VersionId): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`Secrets Manager refused to make version ${shortId(to)} current instead of ${shortId(from)}, although ${shortId(from)} is current: its reads may lag behind, or the secret has no room for another label (20 at most).`,
  );

/**
 * Moves AWSCURRENT if it is on the version `from`. Idempotent.
 * @throws VersionConflict if AWSCURRENT is on a third version
 * @throws SecretsManagerUnavailable if the move is refused although AWSCURRENT is on `from`
 */
export const moveCurrent = async (
  ports: Pick<PromotePorts, 'secrets'>,
  input: Moved,
  { from, to }: { readonly from: VersionId; readonly to: VersionId },
): Promise<void> => {
  if ((await ports.secrets.moveLabel(input.secretArn, { label: CURRENT, to, from })) === 'moved') return;
  // Secrets Manager refuses the move if someone else moved the label first, and if an earlier attempt of this execution
  // succeeded. Only the label shows which.
  const current = await readCurrentId(ports, input);
  if (current === from) throw unexplainedRefusal(from, to);
  if (current !== to) throw currentMoved(input);
};
