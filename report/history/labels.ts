import type { VersionId } from '../../functions/contract/names';
import type { Rotation } from '../../functions/contract/rotation';
import { isRotation } from '../../functions/contract/step-event';
import { asFields, parsed } from '../../functions/language/json';
import { CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../functions/secret/versions';
import type { ExecutionHistory, StateVisit } from './execution-history';

/** From label to version id. */
type Labels = Readonly<Record<string, VersionId>>;

/** The labels of a secret before and after an execution. */
export interface Versions {
  readonly before: Labels;
  readonly after: Labels;
  readonly source: /** Read from Secrets Manager. */
    | 'seen'
    /** Derived from the execution's own data. */
    | 'told';
  /** The last state that writes failed or has not ended; it may still have moved labels. */
  readonly uncertain: boolean;
}

/** The states that write to the secret. */
const writing: readonly string[] = ['Refresh', 'Promote', 'Tidy up', 'Roll back'];

const rotationIn = ({ output }: StateVisit): Rotation | undefined => {
  const data = asFields(parsed(output));
  const rotation = asFields(data.tested).rotation ?? data.rotation;
  return isRotation(rotation) ? rotation : undefined;
};

const without = (labels: Labels, gone: string): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => label !== gone));

const found = ({ currentVersionId, decision, candidateVersionId }: Rotation): Labels => ({
  [CURRENT]: currentVersionId,
  ...(candidateVersionId !== null && (decision === 'resume' || decision === 'tidy')
    ? { [PENDING]: candidateVersionId }
    : {}),
});

const promoted = (labels: Labels, candidate: VersionId, previous: VersionId): Labels => ({
  ...without(labels, PENDING),
  [CURRENT]: candidate,
  [PREVIOUS]: previous,
});

/** The labels after a state that succeeded. */
const afterState = (labels: Labels, stateName: string, rotation: Rotation): Labels => {
  const { candidateVersionId: candidate, currentVersionId: current, decision, verdict, output } = rotation;
  if (stateName === 'Fetch') return { ...without(labels, PENDING), ...found(rotation) };
  if (candidate === null) return labels;
  switch (stateName) {
    case 'Refresh':
      return decision === 'staged' || decision === 'resume'
        ? { ...labels, [PENDING]: candidate, [SUCCESSOR]: candidate }
        : labels;
    case 'Promote':
    case 'Was it promoted?':
      return output === null ? labels : promoted(labels, candidate, current);
    case 'Tidy up':
      return without(labels, PENDING);
    case 'Roll back':
      return verdict === 'rolledBack'
        ? { ...labels, [CURRENT]: current, [PREVIOUS]: candidate, [PENDING]: candidate }
        : labels;
    default:
      return labels;
  }
};

/**
 * The labels of a secret before and after, derived from the states' data. Changes by others during the execution and
 * the label of the claim are not in that data.
 */
export const versionsTold = ({ visits }: ExecutionHistory): Versions => {
  let before: Labels | undefined;
  let labels: Labels = {};
  let uncertain = false;
  for (const visit of visits) {
    const { stateName, ending } = visit;
    const rotation = rotationIn(visit);
    if (ending === 'succeeded' && rotation) labels = afterState(labels, stateName, rotation);
    if (stateName === 'Fetch' && ending === 'succeeded') before ??= labels;
    if (writing.includes(stateName)) uncertain = ending !== 'succeeded';
    if (ending === 'succeeded' && (stateName === 'Was it promoted?' || stateName === 'Fetch')) uncertain = false;
  }
  return { before: before ?? {}, after: labels, source: 'told', uncertain };
};

interface LabelledVersion {
  readonly versionId: string;
  readonly labels: readonly string[];
}

const byLabel = (versions: readonly LabelledVersion[]): Labels =>
  Object.fromEntries(
    versions.flatMap(({ versionId, labels }) => labels.map((label) => [label, versionId as VersionId])),
  );

/** The same, from versions that were read before and after. */
export const versionsSeen = (before: readonly LabelledVersion[], after: readonly LabelledVersion[]): Versions => ({
  before: byLabel(before),
  after: byLabel(after),
  source: 'seen',
  uncertain: false,
});
