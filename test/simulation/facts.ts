import type { Momento } from '../../local/cloud/momento/momento';
import { readKey } from '../../local/cloud/momento/momento-keys';

/** One run of a function. */
export interface Invocation {
  readonly execution: string;
  /** When Lambda ends it, in epoch milliseconds. */
  readonly endsAt: number;
  /** Tokens that were rejected in its execution. */
  readonly rejectedVersionIds: readonly string[];
  /** The invocation makes the previous version current again. */
  readonly isRollBack: boolean;
  /** The first token for which Momento answered "forbidden", and when that token had last worked before. */
  doubtful: { readonly token: Token; readonly heardAt: number; readonly workedAt: number | undefined } | undefined;
  /** The invocation has requested a new token from Momento. */
  hasAsked: boolean;
  /** Its calls no longer reach a service. */
  dead: boolean;
}

/** A token that Momento issued. */
export interface Token {
  /** In the order of creation. */
  readonly index: number;
  readonly bare: string;
  /** The operator imported or staged the token, and is responsible for it. */
  readonly byHand: 'current' | 'pending' | undefined;
  readonly parent: Token | undefined;
  /** The version that holds the token, if it is stored. */
  versionId: string | undefined;
  /** When the token was stored, its sender had given up. */
  isStoredLate: boolean;
  /** The index of its version among all versions with tokens. */
  storedAs: number;
  /** When a caller last received Momento's answer that the token works, in epoch milliseconds. */
  workedAt: number | undefined;
  becameCurrentAt: number | undefined;
  /** Another token has become current, and this one is not newer than it: see `isNewer`. */
  superseded: boolean;
  /** An execution in which the token was rejected has staged another. */
  replaced: boolean;
  /** From execution to the time of its last answer, in epoch milliseconds, if that was a rejection. */
  readonly rejectedAt: Map<string, number>;
  /** The invocation that requested the token. */
  readonly askedBy: Invocation | undefined;
}

export interface CurrentMove {
  readonly at: number;
  readonly from: string | undefined;
  readonly to: string;
  /** An execution's name, or the operator. */
  readonly by: string;
  readonly isRollBack: boolean;
  /** The request was sent long ago. */
  readonly isLate: boolean;
}

/** The end of an execution, or of the part before a redrive. */
export interface Ending {
  readonly name: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error: string | undefined;
  readonly output: Readonly<Record<string, unknown>> | undefined;
  readonly startedAt: number;
  /** It was stopped on purpose. */
  readonly isStopped: boolean;
}

/** What has really happened, whether or not a caller received an answer. */
export interface Facts {
  readonly tokens: Token[];
  readonly byVersion: Map<string, Token>;
  readonly moves: CurrentMove[];
  readonly claims: { readonly execution: string; readonly at: number }[];
  /** Invocations between the request to Momento and the write of its answer. */
  readonly refreshing: Set<Invocation>;
  /** Refresh requests that their callers gave up and that have not reached Momento yet. */
  underWay: number;
  /** Places where a token was found that must not be there. */
  readonly shown: string[];
  /** The network has delivered a refresh request twice. */
  duplicated: boolean;
  /** Calls by execution. */
  readonly calls: Map<string, number>;
  readonly endings: Ending[];
  /** Executions that were stopped when they had only their failure left to report. */
  readonly judged: Set<string>;
  /** Executions that tested both tokens before a rollback and got no answer. */
  readonly untested: Set<string>;
  /** Rollbacks that were checked. Each is checked once, at its own time. */
  readonly checkedRollBacks: Set<CurrentMove>;
  /** Tokens that a running invocation received and did not store. */
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

/** Records the answer that an execution received for a token. */
export const noteHeard = (token: Token, execution: string, now: number, said: 'works' | 'rejected'): void => {
  if (said === 'rejected') token.rejectedAt.set(execution, now);
  else token.rejectedAt.delete(execution);
};

/** The bare key in a secret's value; `undefined` if there is none. */
const bareIn = (value: string): string | undefined => {
  const text: unknown = (JSON.parse(value) as Record<string, unknown>).authToken;
  return typeof text === 'string' ? readKey(text)?.bare : undefined;
};

/** Records that a value was stored, and the token in it. */
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

/** Whether a token is newer than another: made from it, or stored by the operator after it. */
const isNewer = (token: Token, than: Token): boolean => {
  if (token.byHand) return token.storedAs > than.storedAs;
  for (let each: Token | undefined = token; each; each = each.parent) if (each === than) return true;
  return false;
};

/** Records that AWSCURRENT has moved, or that a token was stored. */
export const noteCurrent = (facts: Facts, versionId: string, now: number): void => {
  const current = facts.byVersion.get(versionId);
  if (current === undefined) return;
  for (const token of facts.tokens) {
    if (token !== current && token.versionId !== undefined && !isNewer(token, current)) token.superseded = true;
  }
  current.becameCurrentAt ??= now;
};

/** Whether no rotation can continue: the secret holds neither a token to resume nor one to refresh. */
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
