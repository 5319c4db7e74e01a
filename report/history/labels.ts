import type { VersionId } from '../../functions/contract/names';
import type { Rotation } from '../../functions/contract/rotation';
import { isRotation } from '../../functions/contract/step-event';
import { asFields, parsed } from '../../functions/language/json';
import { CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../functions/secret/versions';
import type { ExecutionHistory, StateVisit } from './execution-history';

/** Which version has which label. */
export type Labels = Readonly<Record<string, VersionId>>;

/** A secret's labels before an execution and after it. */
export interface Versions {
  readonly before: Labels;
  readonly after: Labels;
  /** `seen`: they were looked up. `told`: as far as the execution's own data tells. */
  readonly source: 'seen' | 'told';
  /** A state failed that may have moved labels all the same. */
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

/** The labels after a state that went well. */
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
 * What a secret's labels were and became, by what the states told. What others did meanwhile does not show, nor does who has the claim.
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

/** The same, from versions that were looked up before and after. */
export const versionsSeen = (before: readonly LabelledVersion[], after: readonly LabelledVersion[]): Versions => ({
  before: byLabel(before),
  after: byLabel(after),
  source: 'seen',
  uncertain: false,
});
