import type { Momento } from '../../local/cloud/momento/momento';
import { readKey } from '../../local/cloud/momento/momento-keys';

/** One run of a function, from Step Functions' or from the cloud's side. */
export interface Invocation {
  readonly execution: string;
  /** When Lambda ends it, in epoch milliseconds. */
  readonly endsAt: number;
  /** Tokens that its execution has seen rejected. */
  readonly rejectedVersionIds: readonly string[];
  /** It gives AWSCURRENT back. */
  readonly isRollBack: boolean;
  /** The first token of which it heard that it may not do everything, and when that one had last worked before. */
  doubtful: { readonly token: Token; readonly heardAt: number; readonly workedAt: number | undefined } | undefined;
  /** Momento for a new token. */
  hasAsked: boolean;
  /** None of its calls reaches anybody any more. */
  dead: boolean;
}

/** A token, from the moment that Momento made it. */
export interface Token {
  /** In the order of making. */
  readonly index: number;
  readonly bare: string;
  /** Whoever imports or stages a token vouches for it. */
  readonly byHand: 'current' | 'pending' | undefined;
  readonly parent: Token | undefined;
  /** Where it is stored, if it is. */
  versionId: string | undefined;
  /** When it was, nobody waited for it any more. */
  isStoredLate: boolean;
  /** The how manieth version it was. */
  storedAs: number;
  /** When Momento last said that it works, in epoch milliseconds, to somebody who heard it. */
  workedAt: number | undefined;
  becameCurrentAt: number | undefined;
  /** Another one that was not made from it has become current. */
  superseded: boolean;
  /** An execution that saw it rejected has staged another. */
  replaced: boolean;
  /** By executions that were last told that it is rejected, in epoch milliseconds. */
  readonly rejectedAt: Map<string, number>;
  /** Whose call Momento answered with it. */
  readonly askedBy: Invocation | undefined;
}

export interface CurrentMove {
  readonly at: number;
  readonly from: string | undefined;
  readonly to: string;
  /** An execution's name, or the operator. */
  readonly by: string;
  readonly isRollBack: boolean;
  /** It was asked for long ago. */
  readonly isLate: boolean;
}

/** An execution that has ended, or one stretch of it if it was stopped. */
export interface Ending {
  readonly name: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error: string | undefined;
  readonly output: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt: number;
  /** It was stopped on purpose. */
  readonly isStopped: boolean;
}

/** What has truly happened, whatever anybody was told of it. */
export interface Facts {
  readonly tokens: Token[];
  readonly byVersion: Map<string, Token>;
  readonly moves: CurrentMove[];
  readonly claims: { readonly execution: string; readonly at: number }[];
  /** Invocations between the question to Momento and the put of its answer. */
  readonly refreshing: Set<Invocation>;
  /** Requests to refresh that were given up by their callers and have yet to reach Momento. */
  underWay: number;
  /** Where a token was seen that must not show there. */
  readonly shown: string[];
  /** The network has delivered a request to refresh twice. */
  duplicated: boolean;
  /** Calls by execution. */
  readonly calls: Map<string, number>;
  readonly endings: Ending[];
  /** Executions that were stopped when they had nothing left to do but to tell. */
  readonly judged: Set<string>;
  /** Executions that looked at both tokens before a roll back, and got no answer. */
  readonly untested: Set<string>;
  /** Held against what was true at their moment, and only then. */
  readonly checkedRollBacks: Set<CurrentMove>;
  /** Tokens that a living invocation held and gave up. */
  readonly givenUp: string[];
}

export const createFacts = (): Facts => ({
  tokens: [],
  byVersion: new Map(),
  moves: [],
  claims: [],
  refreshing: new Set(),
  underWay: 0,
  shown: [],
  duplicated: false,
  calls: new Map(),
  endings: [],
  judged: new Set(),
  untested: new Set(),
  checkedRollBacks: new Set(),
  givenUp: [],
});

export const noteToken = (facts: Facts, bare: string, origin: Pick<Token, 'byHand' | 'parent' | 'askedBy'>): Token => {
  const token: Token = {
    index: facts.tokens.length,
    bare,
    ...origin,
    versionId: undefined,
    isStoredLate: false,
    storedAs: 0,
    workedAt: undefined,
    becameCurrentAt: undefined,
    superseded: false,
    replaced: false,
    rejectedAt: new Map(),
  };
  facts.tokens.push(token);
  return token;
};

export const tokenOf = ({ tokens }: Facts, bare: string): Token | undefined =>
  tokens.find((token) => token.bare === bare);

/** An execution has asked for a token, and this is what it heard. */
export const noteHeard = (token: Token, execution: string, now: number, said: 'works' | 'rejected'): void => {
  if (said === 'rejected') token.rejectedAt.set(execution, now);
  else token.rejectedAt.delete(execution);
};

/** The bare key in a secret's value; `undefined` if it holds none. */
const bareIn = (value: string): string | undefined => {
  const text: unknown = (JSON.parse(value) as Record<string, unknown>).authToken;
  return typeof text === 'string' ? readKey(text)?.bare : undefined;
};

/** A value was stored: as far as it holds a token, from now on it is there. */
export const noteStored = (facts: Facts, versionId: string, value: string, by: Invocation | undefined): void => {
  const bare = bareIn(value);
  const token = bare === undefined ? undefined : tokenOf(facts, bare);
  if (token === undefined || token.versionId !== undefined) return;
  token.versionId = versionId;
  token.storedAs = facts.byVersion.size;
  facts.byVersion.set(versionId, token);
  if (by === undefined) return;
  for (const other of facts.tokens) {
    const isRejected = other.rejectedAt.has(by.execution);
    if (isRejected && by.rejectedVersionIds.includes(other.versionId ?? '')) other.replaced = true;
  }
};

/** Whether a token is newer than another: made from it, or put there by somebody after it was stored. */
const isNewer = (token: Token, than: Token): boolean => {
  if (token.byHand) return token.storedAs > than.storedAs;
  for (let each: Token | undefined = token; each; each = each.parent) if (each === than) return true;
  return false;
};

/** AWSCURRENT has moved, or a token was stored while it is where it is. */
export const noteCurrent = (facts: Facts, versionId: string, now: number): void => {
  const current = facts.byVersion.get(versionId);
  if (current === undefined) return;
  for (const token of facts.tokens) {
    if (token !== current && token.versionId !== undefined && !isNewer(token, current)) token.superseded = true;
  }
  current.becameCurrentAt ??= now;
};

/** Nothing that is stored leads on: neither a token to resume nor one to refresh. */
export const isUnrecoverable = (
  facts: Facts,
  labels: ReadonlyMap<string, string>,
  inspect: Momento['inspect'],
): boolean => {
  const token = (label: string): Token | undefined => facts.byVersion.get(labels.get(label) ?? '');
  const current = token('AWSCURRENT');
  if (current && inspect(current.bare).refreshable) return false;
  return !['AWSPENDING', 'momento-successor']
    .map(token)
    .some((each) => each && !each.superseded && each !== current && inspect(each.bare).accepted);
};
