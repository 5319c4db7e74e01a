import { claimLeaseSeconds, testCountsSeconds } from '../../functions/contract/timing';
import type { Ending, Facts } from './facts';

/** What an invariant checks: the stored secret and the facts. */
export interface View {
  /** Whether Momento would accept this key now. */
  accepts(bare: string): boolean;
  /** From label to version id. */
  readonly labels: ReadonlyMap<string, string>;
  readonly facts: Facts;
  readonly now: number;
  /** The deployment skips validation, so no token is ever proved to work. */
  readonly isUnvalidated: boolean;
  isStored(versionId: string): boolean;
}

/** Describes the violation; `undefined` if there is none. */
export type Invariant = (view: View) => string | undefined;

/** 1. AWSCURRENT always exists and is a token that passed validation, or one that the operator made current. */
export const currentIsProved: Invariant = ({ labels, facts, isUnvalidated }) => {
  const current = facts.byVersion.get(labels.get('AWSCURRENT') ?? '');
  if (current === undefined) return 'AWSCURRENT is not on a token';
  if (isUnvalidated || current.byHand === 'current' || current.workedAt !== undefined) return undefined;
  return `token ${current.index} is current and was never proved to work`;
};

/**
 * 2. A token that Momento returned to a function which could store it keeps its labels and is never lost, until it is
 * promoted, superseded by a newer current token, or rejected after it was resumed and replaced by a staged successor.
 */
export const noTokenIsLost: Invariant = ({ labels, facts, isStored }) => {
  if (facts.givenUp.length > 0) return facts.givenUp[0];
  for (const { byHand, versionId, becameCurrentAt, superseded, replaced, index } of facts.tokens) {
    if (byHand || versionId === undefined || becameCurrentAt !== undefined || superseded || replaced) continue;
    const labelled = labels.get('AWSPENDING') === versionId || labels.get('momento-successor') === versionId;
    if (!labelled || !isStored(versionId)) return `token ${index} lost its labels before it was promoted`;
  }
  return undefined;
};

/** 3. At most one live invocation refreshes per secret. */
export const oneRefreshAtOnce: Invariant = ({ facts, now }) => {
  const alive = [...facts.refreshing].filter(({ dead, endsAt }) => !dead && now < endsAt);
  if (alive.length > 1) return 'two invocations refresh at once';
  return alive.length > 0 && facts.underWay > 0
    ? 'a refresh is requested while another one is still in flight'
    : undefined;
};

/** 4. No token in any state's data, log line, error, metric, alert, report or terminal output. */
export const noTokenIsShown: Invariant = ({ facts }) => facts.shown[0];

/** 7. A token is never replaced by an older one, except by a rollback. */
export const neverOlder: Invariant = ({ facts }) => {
  const move = facts.moves.at(-1);
  if (move === undefined || move.by === 'operator' || move.isRollBack || move.from === undefined) return undefined;
  const [from, to] = [facts.byVersion.get(move.from), facts.byVersion.get(move.to)];
  return from && to && to.index > from.index ? undefined : `AWSCURRENT went from token ${from?.index} to ${to?.index}`;
};

/** As long as a test of both tokens is valid, plus one more call. */
const justNowMilliseconds = (testCountsSeconds + 60) * 1000;

/** A rollback replaces a token that is rejected by one that works, or that worked a moment ago. */
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

/** What an invariant checks at the end of an execution. */
export interface EndView extends View {
  readonly ending: Ending;
  /** Messages to the alert topic that name the execution. */
  readonly alerts: number;
  /** A fault of this scenario may have silenced the alert. */
  readonly alertsSilenced: boolean;
  /** How many alerts may have been repeated. */
  readonly alertsRepeated: number;
}

export type EndInvariant = (view: EndView) => string | undefined;

/**
 * 5. A failed rotation publishes exactly one alert, and a second one only if SNS's answer was lost. Others publish
 * none.
 */
export const oneAlertPerFailure: EndInvariant = ({ ending, alerts, alertsSilenced, alertsRepeated }) => {
  // A stopped execution may have published already; a redriven one does not publish again.
  const most = ending.status === 'SUCCEEDED' ? 0 : 1 + alertsRepeated;
  const least = ending.status === 'FAILED' && !alertsSilenced ? 1 : 0;
  if (alerts >= least && alerts <= most) return undefined;
  return `${ending.status} with ${alerts} alerts`;
};

/** How long a claim prevents others from refreshing. */
const leaseMilliseconds = claimLeaseSeconds * 1000;

/** 6., in part: the outcome is true when the execution reports it. */
export const outcomeIsTrue: EndInvariant = ({ ending, facts }) => {
  const { output, name, startedAt } = ending;
  if (output === undefined) return undefined;
  const { outcome, versionId, verified } = output;
  const token = facts.byVersion.get(String(versionId));
  const moves = facts.moves.filter(({ to }) => to === versionId);
  if (outcome === 'rotated' || outcome === 'resumed') {
    // Two executions may promote the same token. Each reports its own part.
    const promoted = moves.some(({ by, isRollBack }) => by !== 'operator' && !isRollBack);
    if (!promoted) return `${outcome}, but it was not promoted`;
    const isUndone = facts.moves.some(({ from, by, isRollBack }) => from === versionId && by === name && isRollBack);
    if (isUndone) return `${outcome}, but it was rolled back`;
    const promotions = moves.filter(({ isRollBack }) => !isRollBack).map(({ at }) => at);
    const provedSince = (token?.workedAt ?? 0) >= Math.max(...promotions);
    return verified === true && !provedSince ? 'verified, but not tested since it became current' : undefined;
  }
  if (outcome === 'notDue')
    return moves.some(({ at }) => at >= startedAt) ? undefined : 'notDue, but the token was not replaced';
  if (outcome !== 'alreadyRunning') return `an unexpected outcome: ${String(outcome)}`;
  const elsewhere = facts.claims.some(({ execution, at }) => execution !== name && at >= startedAt - leaseMilliseconds);
  return elsewhere ? undefined : 'alreadyRunning, but no other execution is';
};

/** How long the last answer for a token counts as true. */
const freshMilliseconds = 600_000;

/**
 * 7., in part: an execution does not fail if its token was promoted and works, as far as it can know. It must have
 * received a rejection, and since then either little time has passed, or it has tried to test again and its alert says
 * so.
 */
export const failureIsTrue: EndInvariant = ({ ending, labels, facts, accepts, now }) => {
  // A redriven execution may report what it found before it was stopped.
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

/** The most calls that one execution may make. */
export const mostCalls = 150;

/** No livelock: an execution ends before its timeout, and its number of calls is bounded. */
export const endsInTime: EndInvariant = ({ ending, facts }) => {
  if (ending.status === 'TIMED_OUT' && !ending.isStopped) return 'the execution ran out of time';
  const calls = facts.calls.get(ending.name) ?? 0;
  return calls > mostCalls ? `${calls} calls in one execution` : undefined;
};

/** An execution never fails with a generic error. */
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
