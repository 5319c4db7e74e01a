import { connect } from 'node:net';
import {
  AllDataReadWrite,
  AuthClient,
  AuthClientConfiguration,
  CacheClient,
  CacheGetResponse,
  Configurations,
  CredentialProvider,
  ExpiresIn,
  ListCachesResponse,
  NoopMomentoLoggerFactory,
  RefreshApiKeyResponse,
} from '@gomomento/sdk';
import { createMomento, type IssueOptions, type Momento, MomentoStatus } from '../../../../local/cloud/momento/momento';
import {
  type MomentoServer,
  type MomentoServerOptions,
  startMomentoServer,
} from '../../../../local/cloud/momento/momento-grpc';
import { LostReply } from '../../../../local/cloud/wire/service';

type Intercept = NonNullable<MomentoServerOptions['intercept']>;

const start = 1_800_000_000;
const loggerFactory = new NoopMomentoLoggerFactory();

let momento: Momento;
let server: MomentoServer;
let intercept: Intercept;
const clients: CacheClient[] = [];

beforeEach(async () => {
  intercept = (_, proceed) => proceed();
  momento = createMomento({ clock: { now: () => start * 1000 }, refreshTokens: 'singleUse' });
  server = await startMomentoServer(momento, { intercept: (call, proceed) => intercept(call, proceed) });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

const issue = (options: Partial<IssueOptions> = {}) => {
  const document = momento.issue({ kind: 'v1', lifeSeconds: 3_600, ...options });
  return { key: String(document.authToken), refreshToken: String(document.refreshToken) };
};

const credentials = (apiKey: string, { url } = server) => {
  const { host } = new URL(url);
  const endpoints = { controlEndpoint: host, cacheEndpoint: host, tokenEndpoint: host, secureConnection: false };
  return CredentialProvider.fromString({ apiKey, endpointOverrides: endpoints });
};

const authClient = (key: string) =>
  new AuthClient({
    credentialProvider: credentials(key),
    configuration: new AuthClientConfiguration({ loggerFactory }),
  });

const refresh = async ({ key, refreshToken }: { key: string; refreshToken: string }) => {
  const response = await authClient(key).refreshApiKey(refreshToken);
  if (response.type === RefreshApiKeyResponse.Error) return { code: response.errorCode() };
  return {
    code: 'none',
    key: response.apiKey,
    refreshToken: response.refreshToken,
    validUntil: response.expiresAt.epoch(),
  };
};

const cacheClient = (key: string) => {
  const client = new CacheClient({
    credentialProvider: credentials(key),
    defaultTtlSeconds: 60,
    configuration: Configurations.Lambda.latest(loggerFactory),
  });
  clients.push(client);
  return client;
};

const list = async (key: string) => {
  const response = await cacheClient(key).listCaches();
  if (response.type === ListCachesResponse.Error) return response.errorCode();
  return response.getCaches().map((cache) => cache.getName());
};

const get = async (key: string, cache: string) => {
  const response = await cacheClient(key).get(cache, 'a-key');
  return response.type === CacheGetResponse.Error ? response.errorCode() : response.type;
};

const countCalls = (): { calls: string[] } => {
  const calls: string[] = [];
  const before = intercept;
  intercept = (call, proceed) => {
    calls.push(`${call.service} ${call.action}`);
    return before(call, proceed);
  };
  return { calls };
};

test.each(['legacy', 'v1'] as const)('refreshes a %s key, and the next one works and refreshes too', async (kind) => {
  const first = issue({ kind });
  const second = await refresh(first);
  if (second.key === undefined) throw new Error(`Not refreshed: ${second.code}.`);
  expect(second.validUntil).toBe(start + 3_600);
  expect(await list(second.key)).toEqual(['cache']);
  expect((await refresh(second)).code).toBe('none');
  expect(momento.keyCount()).toBe(3);
});

test('lists the caches and reads an absent key', async () => {
  const { key } = issue({ caches: ['one', 'two'] });
  expect(await list(key)).toEqual(['one', 'two']);
  expect(await get(key, 'one')).toBe(CacheGetResponse.Miss);
});

test("refusals arrive as the SDK's codes", async () => {
  const { key, refreshToken } = issue({ scope: 'dataOnly' });
  expect(await list(key)).toBe('PERMISSION_ERROR');
  expect(await get(key, 'elsewhere')).toBe('NOT_FOUND_ERROR');
  expect(await refresh({ key, refreshToken: 'a-wrong-one' })).toEqual({ code: 'AUTHENTICATION_ERROR' });
  momento.revoke(key);
  expect(await refresh({ key, refreshToken })).toEqual({ code: 'AUTHENTICATION_ERROR' });
  expect(await list(key)).toBe('AUTHENTICATION_ERROR');
  expect(await get(key, 'cache')).toBe('AUTHENTICATION_ERROR');
});

test('the mock answers UNIMPLEMENTED to calls that a rotation does not make', async () => {
  const { key } = issue();
  const client = cacheClient(key);
  const responses = [
    await client.createCache('new'),
    await client.set('cache', 'a-key', 'a value'),
    await authClient(key).generateApiKey(AllDataReadWrite, ExpiresIn.hours(1)),
  ];
  for (const response of responses) expect(response.toString()).toContain('UNIMPLEMENTED');
});

test('an interception sees each call once, with its name', async () => {
  const { calls } = countCalls();
  const token = issue();
  await list(token.key);
  await get(token.key, 'cache');
  await refresh(token);
  expect(calls).toEqual(['momento listCaches', 'momento get', 'momento refresh']);
});

test.each([
  ['UNAVAILABLE', 14, 'SERVER_UNAVAILABLE'],
  ['RESOURCE_EXHAUSTED', 8, 'LIMIT_EXCEEDED_ERROR'],
  ['INTERNAL', 13, 'INTERNAL_SERVER_ERROR'],
])('a call that is made to fail with %s has no effect', async (_, code, expected) => {
  const token = issue();
  intercept = async () => {
    throw new MomentoStatus(code, 'Made to fail.');
  };
  const { calls } = countCalls();
  expect(await refresh(token)).toEqual({ code: expected });
  expect(await list(token.key)).toBe(expected);
  expect(calls).toHaveLength(2);
  intercept = (__, proceed) => proceed();
  expect((await refresh(token)).code).toBe('none');
});

test('a reply that is lost looks like a server that is not there, after the effect', async () => {
  const token = issue();
  intercept = async (_, proceed) => {
    await proceed();
    throw new LostReply();
  };
  const { calls } = countCalls();
  expect(await refresh(token)).toEqual({ code: 'SERVER_UNAVAILABLE' });
  expect(momento.keyCount()).toBe(2);
  expect(calls).toEqual(['momento refresh']);
  expect(await list(token.key)).toBe('SERVER_UNAVAILABLE');
  intercept = (_, proceed) => proceed();
  expect(await refresh(token)).toEqual({ code: 'AUTHENTICATION_ERROR' });
  expect(await list(token.key)).toEqual(['cache']);
});

test('a lost reply breaks off its own connection only', async () => {
  const { key } = issue();
  const gates: (() => void)[] = [];
  intercept = async (call, proceed) => {
    if (call.action === 'refresh') throw new LostReply();
    await new Promise<void>((resolve) => gates.push(resolve));
    return proceed();
  };
  // The SDK's own channel options keep its connection apart from that of the AuthClient.
  const listed = list(key);
  while (gates.length === 0) await new Promise(setImmediate);
  expect(await refresh({ key, refreshToken: 'any' })).toEqual({ code: 'SERVER_UNAVAILABLE' });
  for (const open of gates) open();
  expect(await listed).toEqual(['cache']);
});

test('a fault of the model itself tells nothing', async () => {
  const { key } = issue();
  intercept = async () => {
    throw new Error(`A fault with ${key}`);
  };
  const response = await cacheClient(key).listCaches();
  if (response.type !== ListCachesResponse.Error) throw new Error('It did not fail.');
  expect(response.errorCode()).toBe('INTERNAL_SERVER_ERROR');
  expect(`${response.message()} ${response.innerException().stack}`.includes(key)).toBe(false);
});

test('an interception may throw without being async', async () => {
  const token = issue();
  intercept = () => {
    throw new MomentoStatus(8, 'Made to fail.');
  };
  expect(await refresh(token)).toEqual({ code: 'LIMIT_EXCEEDED_ERROR' });
});

const refusesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => {
        socket.destroy();
        resolve(false);
      })
      .once('error', () => resolve(true));
  });

test('closes at once with a call that hangs, and leaves no port', async () => {
  const token = issue();
  const port = Number(new URL(server.url).port);
  const arrived = new Promise<void>((resolve) => {
    intercept = () => {
      resolve();
      return new Promise<never>(() => undefined);
    };
  });
  const hanging = refresh(token);
  await arrived;
  const began = performance.now();
  await server.close();
  expect(performance.now() - began).toBeLessThan(500);
  expect((await hanging).code).toMatch(/^(CANCELLED_ERROR|SERVER_UNAVAILABLE)$/);
  expect(await refusesConnections(port)).toBe(true);
});

test('takes the port that it is given, and says when it is taken', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startMomentoServer(momento, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close();
  server = await startMomentoServer(momento, { port });
  expect(server.url).toBe(`http://127.0.0.1:${port}`);
  expect((await refresh(issue())).code).toBe('none');
});

test('binds loopback only', async () => {
  const host = '0.0.0.0' as '127.0.0.1';
  await expect(startMomentoServer(momento, { host })).rejects.toThrow('binds 127.0.0.1 or ::1 only, got "0.0.0.0"');
});

test('a closed port is SERVER_UNAVAILABLE within two seconds', async () => {
  const token = issue();
  await server.close();
  const began = performance.now();
  expect(await refresh(token)).toEqual({ code: 'SERVER_UNAVAILABLE' });
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('nothing is printed', async () => {
  const prints = [jest.spyOn(process.stdout, 'write'), jest.spyOn(process.stderr, 'write')];
  const token = issue();
  await refresh(token);
  await refresh(token);
  await list(token.key);
  await get(token.key, 'elsewhere');
  const printed = prints.map((print) => print.mock.calls.length);
  for (const print of prints) print.mockRestore();
  expect(printed).toEqual([0, 0]);
});
