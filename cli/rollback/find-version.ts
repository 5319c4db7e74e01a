import type { VersionId } from '../../functions/contract/names';
import { CURRENT, PREVIOUS } from '../../functions/secret/versions';
import { UsageError } from '../../terminal/usage-error';
import type { OperatedSecret, VersionSummary } from '../aws/secrets';
import { shownName } from '../command/shown-name';

type LabelledSecret = Pick<OperatedSecret, 'name' | 'labels'>;

const seeStatus = 'npx momento-rotation status shows the versions that have labels.';

/**
 * If the previous version is the newer of the two, someone has already rolled back: to continue would undo that.
 */
const findPrevious = (versions: readonly VersionSummary[], { name, labels }: LabelledSecret): VersionId => {
  const [current, previous] = [CURRENT, PREVIOUS].map((label) => labels.get(label));
  if (previous === undefined) {
    throw new UsageError(`${name} has no previous version. Give a version ID: ${seeStatus}`);
  }
  const createdAt = (id: VersionId | undefined): number =>
    versions.find(({ versionId }) => versionId === id)?.createdAt ?? 0;
  if (createdAt(previous) <= createdAt(current)) return previous;
  throw new UsageError(
    `The previous version of ${name} is newer than the current one: a rollback was done already. To finish one that was interrupted: npx momento-rotation rollback --to ${current}. To make the newer version current: npx momento-rotation rollback --to ${previous}`,
  );
};

/** A shorter part of an ID could match the wrong version by chance. */
const shortestPart = 4;

/**
 * The version that `--to` means.
 * @param wanted `previous`, an ID, or its beginning or end as `status` shows it: `aad3b40a…` or `…47dbf70d`, with or
 * without the dots
 * @throws UsageError if no version matches, or more than one
 */
export const findVersion = (versions: readonly VersionSummary[], secret: LabelledSecret, wanted: string): VersionId => {
  if (wanted === 'previous') return findPrevious(versions, secret);
  const part = wanted.replace(/^(…|\.\.\.)|(…|\.\.\.)$/g, '');
  const exact = versions.filter(({ versionId }) => versionId === part);
  const alike = versions.filter(
    ({ versionId }) => part.length >= shortestPart && (versionId.startsWith(part) || versionId.endsWith(part)),
  );
  const [found, ...others] = exact.length > 0 ? exact : alike;
  if (found === undefined)
    throw new UsageError(`${secret.name} has no version ${shownName(wanted, 'with that ID')}. ${seeStatus}`);
  if (others.length === 0) return found.versionId;
  throw new UsageError(`${secret.name} has ${others.length + 1} versions that match. Give more of the ID.`);
};
