import { type SecretArn, shortId, type VersionId } from '../../functions/contract/names';
import { CURRENT, PENDING, SUCCESSOR } from '../../functions/secret/versions';
import { UsageError } from '../../terminal/usage-error';
import type { OperatedSecret, OperatedSecrets } from '../aws/secrets';
import { CommandFailed } from '../command/command-failed';
import type { CommandContext } from '../deployment/command-context';

/** Labels that lead the next rotation to a token newer than the current one. */
const forwardLabels = [PENDING, SUCCESSOR] as const;

export interface RemovedLabel {
  readonly label: string;
  readonly versionId: VersionId;
}

/** Whether an earlier rollback was interrupted before it removed these labels, or a rotation has set them since. */
export const hasForwardLabels = ({ labels }: OperatedSecret, current: VersionId): boolean =>
  forwardLabels.some((label) => ![undefined, current].includes(labels.get(label)));

/** In milliseconds. Reads may lag behind writes, and a rotation may stage a token in the meantime. */
const delaysBeforeAttempts = [0, 500, 2_000];

/**
 * Removes a label from whichever version has it.
 * @param unless the version on which it does no harm
 * @returns the version that had it
 */
const removeLabel = async (
  { clock }: CommandContext,
  secrets: OperatedSecrets,
  arn: SecretArn,
  label: string,
  unless: VersionId,
): Promise<VersionId | undefined> => {
  for (const delay of delaysBeforeAttempts) {
    await clock.sleep(delay);
    const holder = (await secrets.describe(arn))?.labels.get(label);
    if (holder === undefined || holder === unless) return undefined;
    if ((await secrets.moveLabel(arn, { label, from: holder })) === 'moved') return holder;
  }
  throw new CommandFailed('The label moved while the command was running.');
};

/** Names the version by its ID: "previous" is another version as soon as AWSCURRENT has moved. */
const finishBy = ({ name }: OperatedSecret, to: VersionId): string =>
  `To finish the rollback: npx momento-rotation rollback --secret ${name} --to ${to}`;

const isExplained = (error: unknown): error is Error => error instanceof CommandFailed || error instanceof UsageError;

const moveCurrent = async (
  secrets: OperatedSecrets,
  secret: OperatedSecret,
  to: VersionId,
  from: VersionId,
): Promise<void> => {
  if (to === from) return;
  const moved = await secrets.moveLabel(secret.arn, { label: CURRENT, to, from }).catch((error: Error) => {
    const sentence = `It is unknown whether version ${shortId(to)} of ${secret.name} became current. ${error.message} ${finishBy(secret, to)}`;
    throw isExplained(error) ? new CommandFailed(sentence, { cause: error }) : error;
  });
  if (moved === 'moved') return;
  throw new CommandFailed(
    `Another version of ${secret.name} became current in the meantime, so nothing was changed. Check the status (npx momento-rotation status) and roll back again if you still want to.`,
  );
};

/**
 * Moves AWSCURRENT, then removes the labels that would make the next run promote the newer token again. The versions
 * stay, and can still be named by their IDs.
 * @throws CommandFailed with the command that finishes what was begun
 */
export const moveLabels = async (
  context: CommandContext,
  secrets: OperatedSecrets,
  secret: OperatedSecret,
  to: VersionId,
  from: VersionId,
): Promise<readonly RemovedLabel[]> => {
  await moveCurrent(secrets, secret, to, from);
  const removed: RemovedLabel[] = [];
  const failures: Error[] = [];
  for (const label of forwardLabels) {
    try {
      const versionId = await removeLabel(context, secrets, secret.arn, label, to);
      if (versionId !== undefined) removed.push({ label, versionId });
    } catch (error) {
      if (!isExplained(error)) throw error;
      failures.push(error);
    }
  }
  const [failure] = failures;
  if (failure === undefined) return removed;
  throw new CommandFailed(
    `Version ${shortId(to)} of ${secret.name} is current again, but another version may still have ${forwardLabels.join(' or ')}, so the next run may promote that one. ${failure.message} ${finishBy(secret, to)}`,
    { cause: failure },
  );
};
