import {
  AuthClient,
  AuthClientConfiguration,
  CacheClient,
  CacheGetResponse,
  Configurations,
  CredentialProvider,
  ListCachesResponse,
  NoopMomentoLoggerFactory,
  RefreshApiKeyResponse,
} from '@gomomento/sdk';
import { RotationError } from '../contract/errors';
import type { MomentoEndpoint } from '../contract/momento-endpoint';
import type { Clock } from '../contract/ports';
import { Sensitive } from '../language/sensitive';
import { sentence } from '../language/sentence';
import type { Momento, RefreshReply } from '../momento/port';
import { isExpiry, requireRefreshToken, type TokenDocument } from '../momento/token';
import { judgeCheckError, judgeRefreshError } from './momento-codes';
import { once, type Runtime } from './runtime';
import { type MomentoSettings, readMomentoSettings } from './settings';

/**
 * Later than the SDK's own deadline of 60 s, which decides: an answer that comes before that may be the only copy of
 * the only token that works. This one is for a call that the SDK itself loses sight of.
 */
export const refreshDeadlineMilliseconds = 65_000;

export const checkDeadlineMilliseconds = 10_000;

/** A key that is not there, in any cache. */
const absentKey = 'momento-token-rotation/validation';

/** Never the SDK's own loggers: they print, and to standard output. */
const silent = new NoopMomentoLoggerFactory();

const timedOut = Symbol('timed out');

const within = async <T>(clock: Clock, milliseconds: number, call: Promise<T>): Promise<T | typeof timedOut> => {
  const deadline = clock.deadline(milliseconds);
  try {
    return await Promise.race([call, deadline.expired.then((): typeof timedOut => timedOut)]);
  } finally {
    deadline.cancel();
  }
};

const credentials = (token: TokenDocument, endpoint: MomentoEndpoint | undefined): CredentialProvider | undefined => {
  try {
    const provider = CredentialProvider.fromString({
      apiKey: token.key.reveal(),
      ...(endpoint
        ? {
            endpointOverrides: {
              controlEndpoint: endpoint.host,
              cacheEndpoint: endpoint.host,
              tokenEndpoint: endpoint.host,
              secureConnection: endpoint.secure,
            },
          }
        : {}),
    });
    // It travels as a header. The SDK does not answer at all to a key that cannot be one.
    return /^[\x21-\x7e]+$/.test(provider.getAuthToken()) ? provider : undefined;
  } catch {
    // The SDK's message quotes what it could not parse, so it stays here.
    return undefined;
  }
};

/** `undefined`: the key makes none. gRPC's message quotes the address in the key that it cannot make sense of. */
const clientFrom = <Client>(
  token: TokenDocument,
  endpoint: MomentoEndpoint | undefined,
  make: (credentialProvider: CredentialProvider) => Client,
): Client | undefined => {
  const credentialProvider = credentials(token, endpoint);
  try {
    return credentialProvider && make(credentialProvider);
  } catch {
    return undefined;
  }
};

const makeAuthClient = (credentialProvider: CredentialProvider): AuthClient =>
  new AuthClient({ credentialProvider, configuration: new AuthClientConfiguration({ loggerFactory: silent }) });

const makeCacheClient = (credentialProvider: CredentialProvider): CacheClient =>
  new CacheClient({
    credentialProvider,
    defaultTtlSeconds: 60,
    configuration: Configurations.Lambda.latest(silent).withClientTimeoutMillis(checkDeadlineMilliseconds),
  });

type RefreshResponse = Awaited<ReturnType<AuthClient['refreshApiKey']>>;

const judgeRefresh = (response: RefreshResponse | typeof timedOut): RefreshReply => {
  if (response === timedOut) return judgeRefreshError('TIMEOUT_ERROR');
  if (response.type === RefreshApiKeyResponse.Error) return judgeRefreshError(response.errorCode());
  const validUntil = response.expiresAt.epoch();
  return {
    outcome: 'refreshed',
    token: {
      key: new Sensitive(response.apiKey),
      refreshToken: new Sensitive(response.refreshToken),
      // However odd the answer, it is stored first and judged by Validate: it may be all that is left.
      validUntil: isExpiry(validUntil) ? validUntil : 0,
    },
  };
};

const askCheck = async (client: CacheClient, cacheName: string | undefined): Promise<string | undefined> => {
  if (cacheName === undefined) {
    const response = await client.listCaches();
    return response.type === ListCachesResponse.Error ? response.errorCode() : undefined;
  }
  const response = await client.get(cacheName, absentKey);
  return response.type === CacheGetResponse.Error ? response.errorCode() : undefined;
};

/** Momento through its SDK. Its errors are told apart by code; their messages are dropped. */
const createMomento = ({ endpoint, validationCache }: MomentoSettings, clock: Clock): Momento => ({
  prepareRefresh(token) {
    const refreshToken = requireRefreshToken(token);
    const client = clientFrom(token, endpoint, makeAuthClient);
    if (client === undefined) {
      throw new RotationError(
        'MalformedSecret',
        sentence`The key in the secret is not in a format that Momento issues.`,
      );
    }
    return async () =>
      judgeRefresh(await within(clock, refreshDeadlineMilliseconds, client.refreshApiKey(refreshToken.reveal())));
  },

  async check(token) {
    const client = clientFrom(token, endpoint, makeCacheClient);
    if (client === undefined) return 'rejected';
    try {
      const code = await within(clock, checkDeadlineMilliseconds, askCheck(client, validationCache));
      return code === undefined ? 'works' : judgeCheckError(code === timedOut ? 'TIMEOUT_ERROR' : code);
    } finally {
      client.close();
    }
  },
});

/** The port for a function, made when it is first needed. */
export const connectMomento = (runtime: Runtime): (() => Momento) =>
  once(() => createMomento(readMomentoSettings(runtime.env), runtime.clock));
