import type { Sentence } from '../language/sentence';
import type { RefreshedToken, TokenDocument } from './token';

/** The port of a step that calls Momento. */
export interface MomentoPorts {
  readonly momento: Momento;
}

export interface Momento {
  /**
   * Prepares everything up to the call, and returns the call.
   * @throws MalformedSecret if no client can be made from the key; NotRefreshable
   */
  prepareRefresh(token: TokenDocument): () => Promise<RefreshReply>;
  /**
   * Tests a token. `forbidden`: Momento accepts the token, but it lacks the permission for the test. `rejected`:
   * Momento does not accept the token.
   * @throws MomentoUnavailable if the test gave no answer about the token
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
      /** Momento may have acted on the request: a single-use refresh token may be spent. */
      readonly mayHaveRefreshed: boolean;
      /** The request may still be under way, and Momento may act on it later. */
      readonly mayBeUnderWay: boolean;
    };
