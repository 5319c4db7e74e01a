import { claimLeaseSeconds, testCountsSeconds } from '../../functions/contract/timing';
import type { Ending, Facts } from './facts';

/** What an invariant looks at: the secret as it is stored, and what has truly happened. */
export interface View {
  /** Momento accepts it at this moment, as far as whoever asks would hear. */
  accepts(bare: string): boolean;
  /** From label to version id. */
  readonly labels: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly now: number;
  /** The deployment skips validation: nothing is ever proved. */
  readonly isUnvalidated: boolean;
  isStored(versionId: string): boolean;
}

/** What is wrong, or nothing. */
export type Invariant = (view: View) => string | undefined;

/** 1. AWSCURRENT always exists and is a token that passed validation, or one that the user put there. */
export const currentIsProved: Invariant = ({ labels, facts, isUnvalidated }) => {
  const current = facts.byVersion.get(labels.get('AWSCURRENT') ?? '');
  if (current === undefined) return 'AWSCURRENT is on no token';
  if (isUnvalidated || current.byHand === 'current' || current.workedAt !== undefined) return undefined;
  return `token ${current.index} is current and was never proved to work`;
};

/**
 * 2. A token that Momento returned to a function that lived to store it is never lost or unlabelled before it is promoted,
 * superseded by a newer current, or rejected by an execution that resumed it and replaced by a staged successor.
 */
export const noTokenIsLost: Invariant = ({ labels, facts, isStored }) => {
  if (facts.givenUp.length > 0) return facts.givenUp[0];
  for (const { byHand, versionId, becameCurrentAt, superseded, replaced, index } of facts.tokens) {
    if (byHand || versionId === undefined || becameCurrentAt !== undefined || superseded || replaced) continue;
    const labelled = labels.get('AWSPENDING') === versionId || labels.get('momento-successor') === versionId;
    if (!labelled || !isStored(versionId)) return `token ${index} has lost its labels before it was promoted`;
  }
  return undefined;
};

/** 3. At most one live invocation refreshes per secret. */
export const oneRefreshAtOnce: Invariant = ({ facts, now }) => {
  const alive = [...facts.refreshing].filter(({ dead, endsAt }) => !dead && now < endsAt);
  if (alive.length > 1) return 'two invocations refresh at once';
  return alive.length > 0 && facts.underWay > 0 ? 'a refresh is asked for while another is still under way' : undefined;
};

/** 4. No token in any state's data, log line, error, metric, alert, report or terminal output. */
export const noTokenIsShown: Invariant = ({ facts }) => facts.shown[0];

/** 7. A token is never replaced by an older one, Roll back aside. */
export const neverOlder: Invariant = ({ facts }) => {
  const move = facts.moves.at(-1);
  if (move === undefined || move.by === 'operator' || move.isRollBack || move.from === undefined) return undefined;
  const [from, to] = [facts.byVersion.get(move.from), facts.byVersion.get(move.to)];
  return from && to && to.index > from.index ? undefined : `AWSCURRENT went from token ${from?.index} to ${to?.index}`;
};

/** For as long as a test of both tokens counts, and for one more call. */
const justNowMilliseconds = (testCountsSeconds + 60) * 1000;

/** A roll back is from a token that is rejected to one that works, or was a moment ago. */
export const rollsBackForAReason: Invariant = ({ facts, accepts, now }) => {
  const move = facts.moves.at(-1);
  if (!move?.isRollBack || move.isLate || facts.checkedRollBacks.has(move)) return undefined;
  facts.checkedRollBacks.add(move);
  const [from, to] = [facts.byVersion.get(move.from ?? ''), facts.byVersion.get(move.to)];
  const isRecent = (time: number | undefined): boolean => (time ?? 0) > now - justNowMilliseconds;
  const isRejected = from && (!accepts(from.bare) || isRecent(from.rejectedAt.get(move.by)));
  if (!isRejected) return `rolled back from token ${from?.index}, which works`;
  return to && (isRecent(to.workedAt) || accepts(to.bare))
    ? undefined
    : `rolled back to token ${to?.index}, which does not work`;
};

/** Checked after every call. */
export const lasting: readonly Invariant[] = [
  currentIsProved,
  noTokenIsLost,
  oneRefreshAtOnce,
  noTokenIsShown,
  neverOlder,
  rollsBackForAReason,
];

/** What can be said of an execution when it has ended. */
export interface EndView extends View {
  readonly ending: Ending;
  /** Messages to the alert topic that name the execution. */
  readonly alerts: number;
  /** In this scenario. */
  readonly alertsSilenced: boolean;
  readonly alertsRepeated: number;
}

export type EndInvariant = (view: EndView) => string | undefined;

/** 5. A failed rotation publishes exactly one alert, a second only if SNS acted unheard; others publish none. */
export const oneAlertPerFailure: EndInvariant = ({ ending, alerts, alertsSilenced, alertsRepeated }) => {
  // An execution that is stopped may have told already; one that is redriven does not tell again.
  const most = ending.status === 'SUCCEEDED' ? 0 : 1 + alertsRepeated;
  const least = ending.status === 'FAILED' && !alertsSilenced ? 1 : 0;
  if (alerts >= least && alerts <= most) return undefined;
  return `${ending.status} with ${alerts} alerts`;
};

/** How long a claim keeps others from refreshing. */
const leaseMilliseconds = claimLeaseSeconds * 1000;

/** 6. in part: the outcome is true at the moment of its telling. */
export const outcomeIsTrue: EndInvariant = ({ ending, facts }) => {
  const { output, name, startedAt } = ending;
  if (output === undefined) return undefined;
  const { outcome, versionId, verified } = output;
  const token = facts.byVersion.get(String(versionId));
  const moves = facts.moves.filter(({ to }) => to === versionId);
  if (outcome === 'rotated' || outcome === 'resumed') {
    // Two executions may bring the same token to its end. Each says what it was for itself.
    const promoted = moves.some(({ by, isRollBack }) => by !== 'operator' && !isRollBack);
    if (!promoted) return `${outcome}, but it was not promoted`;
    const isUndone = facts.moves.some(({ from, by, isRollBack }) => from === versionId && by === name && isRollBack);
    if (isUndone) return `${outcome}, but it was rolled back`;
    const promotions = moves.filter(({ isRollBack }) => !isRollBack).map(({ at }) => at);
    const provedSince = (token?.workedAt ?? 0) >= Math.max(...promotions);
    return verified === true && !provedSince ? 'verified, but Momento has not said so since it is current' : undefined;
  }
  if (outcome === 'notDue')
    return moves.some(({ at }) => at >= startedAt) ? undefined : 'notDue, but nobody replaced the token';
  if (outcome !== 'alreadyRunning') return `an outcome that makes no sense: ${String(outcome)}`;
  const elsewhere = facts.claims.some(({ execution, at }) => execution !== name && at >= startedAt - leaseMilliseconds);
  return elsewhere ? undefined : 'alreadyRunning, but nobody else is';
};

/** What was heard of a token is the truth for as long as this. */
const freshMilliseconds = 600_000;

/**
 * 7. in part: "failed" is never said of a rotation that was promoted and works: as far as the execution can know. It must have heard
 * a rejection, and since then either little time has passed or it has tried to look again, which its alert says.
 */
export const failureIsTrue: EndInvariant = ({ ending, labels, facts, accepts, now }) => {
  // What an execution had found before somebody stopped it, it may tell when it is redriven.
  if (ending.status !== 'FAILED' || facts.judged.has(ending.name)) return undefined;
  const current = labels.get('AWSCURRENT');
  const move = facts.moves.at(-1);
  const isOurs = move?.by === ending.name && move.to === current && !move.isRollBack;
  const token = facts.byVersion.get(current ?? '');
  if (!isOurs || !token || !accepts(token.bare)) return undefined;
  const rejectedAt = token.rejectedAt.get(ending.name);
  const isFresh = rejectedAt !== undefined && rejectedAt > now - freshMilliseconds;
  if (isFresh || (rejectedAt !== undefined && facts.untested.has(ending.name))) return undefined;
  return `failed with ${ending.error}, but promoted, and it works`;
};

/** Calls that one execution may make, at the worst. */
export const mostCalls = 150;

/** No livelock: an execution ends by itself, and does not ask without end. */
export const endsInTime: EndInvariant = ({ ending, facts }) => {
  if (ending.status === 'TIMED_OUT' && !ending.isStopped) return 'the execution ran out of time';
  const calls = facts.calls.get(ending.name) ?? 0;
  return calls > mostCalls ? `${calls} calls in one execution` : undefined;
};

/** Nobody but us writes errors without a name. */
export const errorHasAName: EndInvariant = ({ ending }) =>
  ending.status === 'FAILED' && /^(Error|TypeError|RangeError|States\.Runtime)$/.test(ending.error ?? 'Error')
    ? `failed with ${ending.error}`
    : undefined;

/** Checked when an execution has ended. */
export const final: readonly EndInvariant[] = [
  oneAlertPerFailure,
  outcomeIsTrue,
  failureIsTrue,
  endsInTime,
  errorHasAName,
];
