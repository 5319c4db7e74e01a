import { createMomento, MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { startMomentoServer } from '../../../local/cloud/momento/momento-grpc';

const daySeconds = 86_400;

export interface WatchedMomento {
  readonly url: string;
  /** Every token that there has been. */
  readonly tokens: ReadonlySet<string>;
  /** Whether it refuses everything from now on. */
  refuses: boolean;
  /** A new token, as Momento's console gives it. */
  issue(): Record<string, unknown>;
  close(): Promise<void>;
}

/** The embedded Momento, where a refresh token is good for once. */
export const startWatchedMomento = async (): Promise<WatchedMomento> => {
  const momento = createMomento({ clock: { now: Date.now }, refreshTokens: 'singleUse' });
  const tokens = new Set<string>();
  const server = await startMomentoServer(momento, {
    intercept: async ({ action }, proceed) => {
      if (watched.refuses) throw new MomentoStatus(status.UNAUTHENTICATED, 'Refused by the test.');
      const reply = await proceed();
      const made = (action === 'refresh' ? reply : {}) as {
        readonly api_key?: string;
        readonly refresh_token?: string;
      };
      for (const each of [made.api_key, made.refresh_token]) if (each) tokens.add(each);
      return reply;
    },
  });
  const watched: WatchedMomento = {
    url: server.url,
    tokens,
    refuses: false,
    issue: () => {
      const document = momento.issue({ kind: 'v1', lifeSeconds: 7 * daySeconds });
      for (const each of [document.authToken, document.refreshToken]) tokens.add(String(each));
      return document;
    },
    close: server.close,
  };
  return watched;
};
