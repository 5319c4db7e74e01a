import type { Token } from './facts';
import type { World } from './simulated-cloud';

const rootOf = (token: Token): Token => (token.parent ? rootOf(token.parent) : token);

/**
 * The secret and its tokens, one version in each line. Leaves out what a later run cannot distinguish: ids, names of
 * executions, and times except for their order. Two scenarios with the same description have the same future.
 */
export const describeState = ({ snapshot, facts, momento, storedValue }: World): string => {
  const versions = snapshot();
  const labelled = versions.filter(({ labels }) => labels.length > 0);
  // An unlabelled version is no longer the base of a token.
  const indexOf = (versionId: unknown): number => labelled.findIndex((version) => version.versionId === versionId);
  const families: Token[] = [];
  const order = facts.tokens.filter(({ versionId }) => versions.some((version) => version.versionId === versionId));
  const lines = versions.map(({ versionId, labels }) => {
    const token = facts.byVersion.get(versionId);
    if (token === undefined) {
      const claim = JSON.parse(storedValue(versionId) ?? '{}') as Record<string, unknown>;
      return `${claim.kind} ${claim.number} ${indexOf(claim.base)} ${claim.outcomeUnknown} ${labels.join()}`;
    }
    const root = rootOf(token);
    if (!families.includes(root)) families.push(root);
    const { accepted, refreshable } = momento.inspect(token.bare);
    const made = /-t(\d+)-/.exec(versionId)?.[1] ?? token.byHand;
    const base = indexOf(token.parent?.versionId);
    const { superseded, replaced, becameCurrentAt, workedAt } = token;
    const past = [superseded, replaced, becameCurrentAt !== undefined, workedAt !== undefined].map(Number).join('');
    return `token ${made} ${base} ${families.indexOf(root)} ${accepted} ${refreshable} ${past} ${order.indexOf(token)} ${labels.join()}`;
  });
  return lines.join('\n');
};

/** The same secret without its unlabelled versions. */
export const withoutUnlabelled = (state: string): string => state.replace(/^.* $\n?/gm, '');
