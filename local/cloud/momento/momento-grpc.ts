import { type AddressInfo, createServer, type Socket } from 'node:net';
import { auth, cache, control } from '@gomomento/generated-types';
import { type handleUnaryCall, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { LostReply } from '../wire/service';
import { type Momento, MomentoStatus, status } from './momento';

const { _RefreshApiTokenResponse, UnimplementedAuthService } = auth.auth;
const { _ListCachesResponse, _Cache, UnimplementedScsControlService } = control.control_client;
const { _GetResponse, ECacheResult, UnimplementedScsService } = cache.cache_client;

export interface MomentoCall {
  readonly service: 'momento';
  readonly action: 'refresh' | 'listCaches' | 'get';
  /** The caller's bare key. */
  readonly apiKey: string;
}

export interface MomentoServerOptions {
  /** A loopback address. @default 127.0.0.1 */
  readonly host?: '127.0.0.1' | '::1';
  /** @default any free port */
  readonly port?: number;
  /** May throw `MomentoStatus` (no effect), throw `LostReply` after `proceed`, wait, or only observe. */
  readonly intercept?: <T>(call: MomentoCall, proceed: () => Promise<T>) => Promise<T>;
}

export interface MomentoServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Aborts open calls, and closes the port and all connections. */
  close(): Promise<void>;
}

const headerOf = (call: ServerUnaryCall<unknown, unknown>, name: string): string =>
  String(call.metadata.get(name)[0] ?? '');

const authorizationOf = (call: ServerUnaryCall<unknown, unknown>): string => headerOf(call, 'authorization');

const asGrpcError = (error: unknown): { code: number; details: string } => {
  if (error instanceof MomentoStatus) return { code: error.code, details: error.message };
  return { code: status.INTERNAL, details: 'The embedded Momento failed.' };
};

/**
 * The embedded Momento over gRPC on loopback, with the messages of Momento's generated types. A `LostReply` from
 * `intercept` closes the connection without a reply.
 */
export const startMomentoServer = async (
  momento: Momento,
  { host = '127.0.0.1', port = 0, intercept = (_, proceed) => proceed() }: MomentoServerOptions = {},
): Promise<MomentoServer> => {
  if (!['127.0.0.1', '::1'].includes(host)) {
    throw new RangeError(`The embedded Momento binds 127.0.0.1 or ::1 only, got "${host}".`);
  }
  const sockets = new Map<string, Socket>();
  const unary =
    <Request, Response>(
      action: MomentoCall['action'],
      keyOf: (call: ServerUnaryCall<Request, Response>) => string,
      answer: (call: ServerUnaryCall<Request, Response>) => Response,
    ): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      // Read now, because the connection may be gone when the call ends.
      const peer = call.getPeer();
      // Async, because grpc-js sends the message of a synchronous error to the client.
      const intercepted = async () =>
        intercept({ service: 'momento', action, apiKey: keyOf(call) }, async () => answer(call));
      intercepted().then(
        (response) => callback(null, response),
        (error: unknown) => {
          if (error instanceof LostReply) sockets.get(peer)?.destroy();
          else callback(asGrpcError(error));
        },
      );
    };

  // Only the calls of a rotation: grpc-js answers UNIMPLEMENTED to all others.
  const server = new Server();
  server.addService(
    { RefreshApiToken: UnimplementedAuthService.definition.RefreshApiToken },
    {
      RefreshApiToken: unary(
        'refresh',
        ({ request }: ServerUnaryCall<auth.auth._RefreshApiTokenRequest, unknown>) => request.api_key,
        ({ request: { api_key: apiKey, refresh_token: refreshToken } }) => {
          const next = momento.refresh({ apiKey, refreshToken });
          return new _RefreshApiTokenResponse({
            api_key: next.apiKey,
            refresh_token: next.refreshToken,
            endpoint: next.endpoint,
            valid_until: next.validUntil,
          });
        },
      ),
    },
  );
  server.addService(
    { ListCaches: UnimplementedScsControlService.definition.ListCaches },
    {
      ListCaches: unary('listCaches', authorizationOf, (call) => {
        const names = momento.listCaches(authorizationOf(call));
        return new _ListCachesResponse({ cache: names.map((name) => new _Cache({ cache_name: name })) });
      }),
    },
  );
  server.addService(
    { Get: UnimplementedScsService.definition.Get },
    {
      Get: unary('get', authorizationOf, (call) => {
        momento.get(authorizationOf(call), headerOf(call, 'cache'));
        return new _GetResponse({ result: ECacheResult.Miss });
      }),
    },
  );

  // Tracks the sockets, because grpc-js can only close all connections at once, and announces that to the clients.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer((socket) => {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    sockets.set(peer, socket);
    socket.once('close', () => sockets.delete(peer));
    injector.injectConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = listener.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}`,
    close: () =>
      new Promise<void>((resolve) => {
        // The only error is that the listener is closed already.
        listener.close(() => resolve());
        server.forceShutdown();
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
};
