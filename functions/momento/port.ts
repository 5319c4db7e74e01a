import type { Sentence } from '../language/sentence';
import type { RefreshedToken, TokenDocument } from './token';

/** What a step needs that asks Momento. */
export interface MomentoPorts {
  readonly momento: Momento;
}

export interface Momento {
  /** Prepares all that can be prepared, and returns the one call. Throws `MalformedSecret` if the key makes no client. */
  prepareRefresh(token: TokenDocument): () => Promise<RefreshReply>;
  /**
   * `forbidden`: authenticated, but not allowed to do what was asked. `rejected`: not accepted.
   * Throws `MomentoUnavailable` if it could not tell.
   */
  check(token: TokenDocument): Promise<Check>;
}

export type Check = 'works' | 'rejected' | 'forbidden';

export type RefreshReply =
  | { readonly outcome: 'refreshed'; readonly token: RefreshedToken }
  | { readonly outcome: 'rejected'; readonly code: Sentence }
  | {
      readonly outcome: 'unavailable';
      readonly code: Sentence;
      /** The request may have been acted on: a single-use refresh token may be spent. */
      readonly mayHaveRefreshed: boolean;
      /** The request may still be on its way, and be acted on later. */
      readonly mayBeUnderWay: boolean;
    };
