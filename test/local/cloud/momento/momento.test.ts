import { connect } from 'node:net';
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
import { createMomento, MomentoStatus, status } from '../../../../local/cloud/momento/momento';
import { type MomentoServerOptions, startMomentoServer } from '../../../../local/cloud/momento/momento-grpc';
import { LostReply } from '../../../../local/cloud/wire/service';

type Intercept = NonNullable<MomentoServerOptions['intercept']>;

const loggerFactory = new NoopMomentoLoggerFactory();
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const setUp = async (kind: 'legacy' | 'v1' = 'v1', options: MomentoServerOptions = {}) => {
  const momento = createMomento({ clock: { now: () => 1_800_000_000_000 }, endpoint: 'cell-7.example.com' });
  const server = await startMomentoServer(momento, options);
  const { host } = new URL(server.url);
  const endpoints = { controlEndpoint: host, cacheEndpoint: host, tokenEndpoint: host, secureConnection: false };
  const { authToken, refreshToken } = momento.issue({ kind, lifeSeconds: 3_600 });
  const key = String(authToken);
  const credentialProvider = CredentialProvider.fromString({ apiKey: key, endpointOverrides: endpoints });
  const cache = new CacheClient({
    credentialProvider,
    defaultTtlSeconds: 60,
    configuration: Configurations.Lambda.latest(loggerFactory),
  });
  ends.push(
    () => cache.close(),
    () => server.close(),
  );
  const auth = () =>
    new AuthClient({ credentialProvider, configuration: new AuthClientConfiguration({ loggerFactory }) });
  const refresh = async () => auth().refreshApiKey(String(refreshToken));
  return { momento, server, key, cache, refresh };
};

const codeOf = (response: { readonly type: string }): unknown =>
  'errorCode' in response && typeof response.errorCode === 'function' ? response.errorCode() : response.type;

const losing: Intercept = async (_, proceed) => {
  await proceed();
  throw new LostReply();
};

test.each(['legacy', 'v1'] as const)('the successor of a %s key leads the SDK to the same endpoint', async (kind) => {
  const { refresh } = await setUp(kind);
  const response = await refresh();
  if (response.type !== RefreshApiKeyResponse.Success) throw new Error(`Not refreshed: ${response.errorCode()}.`);
  const provider = CredentialProvider.fromString({ apiKey: response.apiKey });
  expect([response.endpoint, provider.getCacheEndpoint()]).toEqual(['cell-7.example.com', 'cache.cell-7.example.com']);
});

test('a lost reply over ::1 breaks the connection off, after the effect', async () => {
  const { momento, refresh } = await setUp('v1', { host: '::1', intercept: losing });
  expect(codeOf(await refresh())).toBe('SERVER_UNAVAILABLE');
  expect(momento.keyCount()).toBe(2);
});

test('a server on ::1 says so in its address, and answers', async () => {
  const { server, cache } = await setUp('v1', { host: '::1' });
  expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
  expect((await cache.get('cache', 'absent')).type).toBe(CacheGetResponse.Miss);
});

test('after a lost reply the same client is answered again', async () => {
  let lose = true;
  const { cache } = await setUp('v1', {
    intercept: async (call, proceed) => (lose ? losing(call, proceed) : proceed()),
  });
  expect(codeOf(await cache.listCaches())).toBe('SERVER_UNAVAILABLE');
  lose = false;
  expect((await cache.listCaches()).type).toBe(ListCachesResponse.Success);
});

test.each([
  [status.DEADLINE_EXCEEDED, 'TIMEOUT_ERROR'],
  [status.NOT_FOUND, 'NOT_FOUND_ERROR'],
  [status.PERMISSION_DENIED, 'PERMISSION_ERROR'],
  [status.RESOURCE_EXHAUSTED, 'LIMIT_EXCEEDED_ERROR'],
  [status.INTERNAL, 'INTERNAL_SERVER_ERROR'],
  [status.UNAVAILABLE, 'SERVER_UNAVAILABLE'],
  [status.UNAUTHENTICATED, 'AUTHENTICATION_ERROR'],
])('the status %d reaches the caller of a refresh as %s', async (code, expected) => {
  const intercept: Intercept = async () => {
    throw new MomentoStatus(code, 'Made to fail.');
  };
  const { momento, refresh } = await setUp('v1', { intercept });
  expect(codeOf(await refresh())).toBe(expected);
  expect(momento.keyCount()).toBe(1);
});

test('an effect without its success: a refusal after the refresh leaves the new key behind', async () => {
  const intercept: Intercept = async (_, proceed) => {
    await proceed();
    throw new MomentoStatus(status.DEADLINE_EXCEEDED, 'Too late.');
  };
  const { momento, refresh } = await setUp('v1', { intercept });
  expect(codeOf(await refresh())).toBe('TIMEOUT_ERROR');
  expect(momento.keyCount()).toBe(2);
});

test('close() breaks off whatever hangs, at once, and may be called again', async () => {
  let hanging = 0;
  const intercept: Intercept = () => {
    hanging += 1;
    return new Promise<never>(() => {});
  };
  const { server, cache, refresh } = await setUp('v1', { intercept });
  // No read of a key: the SDK would try that again, and keep the process for two seconds.
  const calls = [refresh(), cache.listCaches()];
  while (hanging < calls.length) await new Promise(setImmediate);
  const began = performance.now();
  await server.close();
  await server.close();
  expect(performance.now() - began).toBeLessThan(500);
  for (const call of calls) expect(codeOf(await call)).toMatch(/^(CANCELLED_ERROR|SERVER_UNAVAILABLE)$/);
});

test('close() leaves no connection, not even one on which nobody ever spoke', async () => {
  const { server } = await setUp();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  // Broken off without a word counts, too.
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('data', resolve));
  await server.close();
  await closed;
  expect(socket.destroyed).toBe(true);
});

test('no refusal that a client sees quotes its key', async () => {
  const { momento, key, cache, refresh } = await setUp();
  momento.revoke(key);
  const bare = String(JSON.parse(Buffer.from(key, 'base64').toString()).api_key);
  const responses = [await refresh(), await cache.listCaches(), await cache.get('cache', 'absent')];
  expect(responses.map(codeOf)).toEqual(Array(3).fill('AUTHENTICATION_ERROR'));
  const shown = responses.map((response) => `${response}`).join();
  expect([shown.includes(key), shown.includes(bare)]).toEqual([false, false]);
});
