import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../functions/contract/ports';
import type { Keeping } from '../wire/keeping';
import { type KeyKind, makeKey, type RandomBytes, readKey } from './momento-keys';

export interface MomentoOptions {
  readonly clock: Pick<Clock, 'now'>;
  /**
   * What happens to a refresh token after its use, and to the key that it came with. Momento does not document this.
   * @default reusable
   */
  readonly refreshTokens?: 'reusable' | 'singleUse' | 'singleUseOldKeyDies' | 'reuseRevokesFamily';
  /** How long Momento rejects a new key. @default 0 */
  readonly propagationMilliseconds?: number;
  /** @default cell-local.prod.a.momentohq.com */
  readonly endpoint?: string;
  readonly random?: RandomBytes;
  readonly keeping?: Keeping<readonly KeyRecord[]> | undefined;
}

export type KeyScope = 'all' | 'dataOnly';

export interface IssueOptions {
  readonly kind: KeyKind;
  readonly lifeSeconds: number;
  /** `dataOnly`: a fine-grained key, which may not list caches. @default all */
  readonly scope?: KeyScope;
  /** The caches that this key and its successors can see. @default ['cache'] */
  readonly caches?: readonly string[];
  /** @default authToken */
  readonly keyField?: 'authToken' | 'apiKey';
  /** @default number */
  readonly validUntilAs?: 'number' | 'string';
}

/** The gRPC status codes that are used here. */
export const status = {
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,

  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

/** A refusal with a gRPC status. Its details never hold a key. */
export class MomentoStatus extends Error {
  override readonly name = 'MomentoStatus';

  constructor(
    readonly code: number,
    details: string,
  ) {
    super(details);
  }
}

export interface RefreshAnswer {
  readonly apiKey: string;
  readonly refreshToken: string;
  readonly endpoint: string;
  /** Epoch seconds. */
  readonly validUntil: number;
}

export interface Momento {
  /** Issues a new key, as the token document that Momento's console offers for download. */
  issue(options: IssueOptions): Record<string, unknown>;
  /** Registers a document from elsewhere. Ignores a document without a key that can be refreshed. */
  accept(document: Readonly<Record<string, unknown>>): void;
  refresh(request: { readonly apiKey: string; readonly refreshToken: string }): RefreshAnswer;
  listCaches(apiKey: string): readonly string[];
  /** Caches are empty: the answer is always a miss. */
  get(apiKey: string, cache: string): 'miss';
  /** Revokes a key, given as in the document or bare. */
  revoke(key: string): void;
  /** For tests: whether Momento accepts this bare key, and whether its refresh token can still be used. */
  inspect(apiKey: string): { readonly accepted: boolean; readonly refreshable: boolean };
  /** How many keys were issued, including dead ones: shows a superfluous refresh. */
  keyCount(): number;
}

/** A key in Momento's records. */
export interface KeyRecord {
  readonly bare: string;
  readonly endpoint: string;
  readonly refreshToken: string;
  readonly lifeSeconds: number;
  readonly validUntil: number;
  readonly scope: KeyScope;
  readonly caches: readonly string[];
  /** The same for all keys that descend from one first key. */
  readonly family: string;
  /** Epoch milliseconds. Momento rejects the key before this time. */
  readonly knownFrom: number;
  readonly revoked: boolean;
  readonly refreshed: boolean;
}

const shortestAcceptedLife = 3_600;

const defaultCaches: readonly string[] = ['cache'];

/**
 * Momento's rules for keys. Where they are not documented, the options select the behaviour, up to the strictest
 * possible.
 */
export const createMomento = ({
  clock,
  refreshTokens = 'reusable',
  propagationMilliseconds = 0,
  endpoint = 'cell-local.prod.a.momentohq.com',
  random = randomBytes,
  keeping,
}: MomentoOptions): Momento => {
  const keys = new Map<string, KeyRecord>(keeping?.kept?.map((record) => [record.bare, record]));

  const nowSeconds = (): number => Math.floor(clock.now() / 1000);
  const remember = (record: KeyRecord): void => {
    keys.set(record.bare, record);
    keeping?.keep([...keys.values()]);
  };
  const change = (bare: string, changes: Partial<KeyRecord>): void => {
    const record = keys.get(bare);
    if (record) remember({ ...record, ...changes });
  };
  const newRefreshToken = (): string => random(32).toString('base64url');
  const unauthenticated = (): MomentoStatus =>
    new MomentoStatus(status.UNAUTHENTICATED, 'The credential is not accepted.');

  const authenticate = (bare: string): KeyRecord => {
    const record = keys.get(bare);
    const known =
      record && !record.revoked && clock.now() >= record.knownFrom && clock.now() < record.validUntil * 1000;
    if (!known) throw unauthenticated();
    return record;
  };

  const refuseUsed = (record: KeyRecord): void => {
    if (!record.refreshed || refreshTokens === 'reusable') return;
    if (refreshTokens === 'reuseRevokesFamily') {
      for (const { bare, family } of keys.values()) if (family === record.family) change(bare, { revoked: true });
    }
    throw unauthenticated();
  };

  return {
    issue({
      kind,
      lifeSeconds,
      scope = 'all',
      caches = defaultCaches,
      keyField = 'authToken',
      validUntilAs = 'number',
    }) {
      const { text, bare } = makeKey(kind, endpoint, random);
      const validUntil = nowSeconds() + lifeSeconds;
      const refreshToken = newRefreshToken();
      const state = { family: bare, knownFrom: 0, revoked: false, refreshed: false };
      remember({ bare, endpoint, refreshToken, lifeSeconds, validUntil, scope, caches, ...state });
      return {
        [keyField]: text,
        ...(kind === 'v2' ? {} : { refreshToken }),
        validUntil: validUntilAs === 'string' ? String(validUntil) : validUntil,
      };
    },

    accept(document) {
      const text = document.authToken ?? document.apiKey;
      const key = typeof text === 'string' ? readKey(text) : undefined;
      const { refreshToken } = document;
      const validUntil = Number(document.validUntil);
      if (!key || typeof refreshToken !== 'string' || !Number.isFinite(validUntil)) return;
      const lifeSeconds = Math.max(Math.floor(validUntil) - nowSeconds(), shortestAcceptedLife);
      const state = { family: key.bare, knownFrom: 0, revoked: false, refreshed: false };
      remember({ ...key, refreshToken, lifeSeconds, validUntil, scope: 'all', caches: defaultCaches, ...state });
    },

    refresh({ apiKey, refreshToken }) {
      const old = authenticate(apiKey);
      if (old.refreshToken !== refreshToken) throw unauthenticated();
      refuseUsed(old);
      const { bare } = makeKey('v1', old.endpoint, random);
      const validUntil = nowSeconds() + old.lifeSeconds;
      const next: KeyRecord = {
        ...old,
        bare,
        refreshToken: newRefreshToken(),
        validUntil,
        knownFrom: clock.now() + propagationMilliseconds,
      };
      change(old.bare, { refreshed: true, revoked: refreshTokens === 'singleUseOldKeyDies' });
      remember(next);
      return { apiKey: bare, refreshToken: next.refreshToken, endpoint: old.endpoint, validUntil };
    },

    listCaches(apiKey) {
      const { scope, caches } = authenticate(apiKey);
      if (scope === 'all') return caches;
      throw new MomentoStatus(status.PERMISSION_DENIED, 'The credential may not list caches.');
    },

    get(apiKey, cache) {
      if (authenticate(apiKey).caches.includes(cache)) return 'miss';
      throw new MomentoStatus(status.NOT_FOUND, 'There is no such cache.');
    },

    revoke(key) {
      change(readKey(key)?.bare ?? key, { revoked: true });
    },

    inspect(apiKey) {
      const record = keys.get(apiKey);
      const accepted = record !== undefined && !record.revoked && clock.now() < record.validUntil * 1000;
      return { accepted, refreshable: accepted && (refreshTokens === 'reusable' || !record.refreshed) };
    },

    keyCount: () => keys.size,
  };
};
