import { systemClock } from '../../../functions/adapters/clock';
import { connectMomento } from '../../../functions/adapters/momento';
import type { Clock } from '../../../functions/contract/ports';
import { Sensitive } from '../../../functions/language/sensitive';
import { readToken, requireToken } from '../../../functions/momento/token';
import { createMomento, type IssueOptions, MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { type MomentoServerOptions, startMomentoServer } from '../../../local/cloud/momento/momento-grpc';
import { LostReply } from '../../../local/cloud/wire/service';

/** A clock whose deadlines are over at once. */
const impatient: Clock = { ...systemClock, deadline: () => ({ expired: Promise.resolve(), cancel: () => {} }) };

const withMomento = async (
  options: {
    intercept?: MomentoServerOptions['intercept'];
    clock?: Clock;
    env?: Record<string, string>;
    issue?: Partial<IssueOptions>;
  },
  use: (port: ReturnType<ReturnType<typeof connectMomento>>, token: ReturnType<typeof requireToken>) => Promise<void>,
) => {
  const momento = createMomento({ clock: systemClock });
  const server = await startMomentoServer(momento, options.intercept ? { intercept: options.intercept } : {});
  try {
    const document = momento.issue({ kind: 'v1', lifeSeconds: 3600, ...options.issue });
    const env = { MOMENTO_ENDPOINT_OVERRIDE: server.url, ...options.env };
    const port = connectMomento({ env, clock: options.clock ?? systemClock, write: () => {} })();
    await use(port, requireToken(readToken(new Sensitive(JSON.stringify(document)))));
  } finally {
    await server.close();
  }
};

const refuse = (code: number) => async () => {
  throw new MomentoStatus(code, 'the details are of no interest');
};

const hang = () => new Promise<never>(() => {});

test('a refresh gives key, refresh token and expiry', () =>
  withMomento({}, async (port, token) => {
    const reply = await port.prepareRefresh(token)();
    expect(reply.outcome).toBe('refreshed');
    if (reply.outcome !== 'refreshed') return;
    expect(reply.token.key.equals(token.key)).toBe(false);
    expect(reply.token.validUntil).toBeGreaterThanOrEqual(token.validUntil);
  }));

test.each([
  ['UNAUTHENTICATED', status.UNAUTHENTICATED, { outcome: 'rejected', code: 'AUTHENTICATION_ERROR' }],
  ['INVALID_ARGUMENT', 3, { outcome: 'rejected', code: 'INVALID_ARGUMENT_ERROR' }],
  ['PERMISSION_DENIED', status.PERMISSION_DENIED, { outcome: 'rejected', code: 'PERMISSION_ERROR' }],
  [
    'RESOURCE_EXHAUSTED',
    status.RESOURCE_EXHAUSTED,
    { outcome: 'unavailable', code: 'LIMIT_EXCEEDED_ERROR', mayHaveRefreshed: false, mayBeUnderWay: false },
  ],
  [
    'UNAVAILABLE',
    status.UNAVAILABLE,
    { outcome: 'unavailable', code: 'SERVER_UNAVAILABLE', mayHaveRefreshed: true, mayBeUnderWay: true },
  ],
  [
    'DEADLINE_EXCEEDED',
    status.DEADLINE_EXCEEDED,
    { outcome: 'unavailable', code: 'TIMEOUT_ERROR', mayHaveRefreshed: true, mayBeUnderWay: true },
  ],
])('a refresh that ends in %s is told apart by its code', (_, code, expected) =>
  withMomento({ intercept: refuse(code) }, async (port, token) => {
    expect(await port.prepareRefresh(token)()).toEqual(expected);
  }),
);

test('a refresh that Momento acted on and whose answer was lost may have refreshed', () =>
  withMomento(
    {
      intercept: async (_, proceed) => {
        await proceed();
        throw new LostReply();
      },
    },
    async (port, token) => {
      expect(await port.prepareRefresh(token)()).toMatchObject({ outcome: 'unavailable', mayHaveRefreshed: true });
    },
  ));

test('our deadline ends the waiting for a call that does not come back, and the request may be under way', () =>
  withMomento({ intercept: hang, clock: impatient }, async (port, token) => {
    const startedAt = Date.now();
    expect(await port.prepareRefresh(token)()).toMatchObject({ code: 'TIMEOUT_ERROR', mayBeUnderWay: true });
    await expect(port.check(token)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  }));

test.each([
  ['works', {}, undefined, 'works'],
  ['UNAUTHENTICATED', {}, refuse(status.UNAUTHENTICATED), 'rejected'],
  ['INVALID_ARGUMENT', {}, refuse(3), 'rejected'],
  ['PERMISSION_DENIED', {}, refuse(status.PERMISSION_DENIED), 'forbidden'],
  ['a cache that is there', { VALIDATION_CACHE: 'cache' }, undefined, 'works'],
  ['a cache that is not there, asked with a key that is accepted', { VALIDATION_CACHE: 'absent' }, undefined, 'works'],
] as const)('a check: %s', (_, env, intercept, expected) =>
  withMomento({ env, ...(intercept ? { intercept } : {}) }, async (port, token) => {
    expect(await port.check(token)).toBe(expected);
  }),
);

test.each([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.INTERNAL, 2])(
  'a check that ends in gRPC status %d says nothing about the token',
  (code) =>
    withMomento({ intercept: refuse(code) }, async (port, token) => {
      await expect(port.check(token)).rejects.toMatchObject({ name: 'MomentoUnavailable' });
    }),
);

test('a key with an invalid address is refused before the claim, and is not quoted', async () => {
  const momento = connectMomento({ env: {}, clock: systemClock, write: () => {} })();
  const text = JSON.stringify({ endpoint: 'CANARY\nCANARY', api_key: 'key' });
  const authToken = Buffer.from(text).toString('base64');
  const token = requireToken(readToken(new Sensitive(JSON.stringify({ authToken, refreshToken: 'r', validUntil: 1 }))));
  expect(await momento.check(token)).toBe('rejected');
  expect(() => momento.prepareRefresh(token)).toThrow(
    expect.objectContaining({ name: 'MalformedSecret', message: expect.not.stringContaining('CANARY') }),
  );
});

test.each([
  ['makes no client', 'CANARY.CANARY'],
  [
    'cannot travel as a header',
    Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'CANARYü' })).toString('base64'),
  ],
])('a key that %s is rejected, and cannot be refreshed; the parser’s message stays inside', (_, authToken) =>
  withMomento({}, async (port) => {
    const token = requireToken(
      readToken(new Sensitive(JSON.stringify({ authToken, refreshToken: 'r', validUntil: 1 }))),
    );
    expect(await port.check(token)).toBe('rejected');
    expect(() => port.prepareRefresh(token)).toThrow(
      expect.objectContaining({ name: 'MalformedSecret', message: expect.not.stringContaining('CANARY') }),
    );
  }),
);
