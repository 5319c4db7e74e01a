import { auth, cache, control } from '@gomomento/generated-types';
import { type handleUnaryCall, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { type Momento, MomentoStatus, status } from './momento';
import { LostReply } from './service';

const { _RefreshApiTokenResponse, UnimplementedAuthService } = auth.auth;
const { _ListCachesResponse, _Cache, UnimplementedScsControlService } = control.control_client;
const { _GetResponse, ECacheResult, UnimplementedScsService } = cache.cache_client;

export interface MomentoCall {
  readonly service: 'momento';
  readonly action: 'refresh' | 'listCaches' | 'get';
}

export interface MomentoServerOptions {
  /** May throw `MomentoStatus` (no effect), throw `LostReply` after `proceed`, wait, or only look. */
  readonly intercept?: <T>(call: MomentoCall, proceed: () => Promise<T>) => Promise<T>;
}

export interface MomentoServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

const headerOf = (call: ServerUnaryCall<unknown, unknown>, name: string): string =>
  String(call.metadata.get(name)[0] ?? '');

const asGrpcError = (error: unknown): { code: number; details: string } => {
  if (error instanceof MomentoStatus) return { code: error.code, details: error.message };
  // A client cannot tell a lost reply from a server that was never reached.
  if (error instanceof LostReply) return { code: status.UNAVAILABLE, details: 'Connection dropped' };
  return { code: status.INTERNAL, details: 'The embedded Momento failed.' };
};

/** The embedded Momento over gRPC on loopback, in the messages of Momento's own generated types. */
export const startMomentoServer = async (
  momento: Momento,
  { intercept = (_, proceed) => proceed() }: MomentoServerOptions = {},
): Promise<MomentoServer> => {
  const unary =
    <Request, Response>(
      action: MomentoCall['action'],
      answer: (call: ServerUnaryCall<Request, Response>) => Response,
    ): handleUnaryCall<Request, Response> =>
    (call, callback) => {
      intercept({ service: 'momento', action }, async () => answer(call)).then(
        (response) => callback(null, response),
        (error: unknown) => callback(asGrpcError(error)),
      );
    };

  // Only what a rotation calls: grpc-js answers UNIMPLEMENTED to everything else.
  const server = new Server();
  server.addService(
    { RefreshApiToken: UnimplementedAuthService.definition.RefreshApiToken },
    {
      RefreshApiToken: unary('refresh', (call: ServerUnaryCall<auth.auth._RefreshApiTokenRequest, unknown>) => {
        const { api_key: apiKey, refresh_token: refreshToken } = call.request;
        const next = momento.refresh({ apiKey, refreshToken });
        return new _RefreshApiTokenResponse({
          api_key: next.apiKey,
          refresh_token: next.refreshToken,
          endpoint: next.endpoint,
          valid_until: next.validUntil,
        });
      }),
    },
  );
  server.addService(
    { ListCaches: UnimplementedScsControlService.definition.ListCaches },
    {
      ListCaches: unary('listCaches', (call) => {
        const names = momento.listCaches(headerOf(call, 'authorization'));
        return new _ListCachesResponse({ cache: names.map((name) => new _Cache({ cache_name: name })) });
      }),
    },
  );
  server.addService(
    { Get: UnimplementedScsService.definition.Get },
    {
      Get: unary('get', (call) => {
        momento.get(headerOf(call, 'authorization'), headerOf(call, 'cache'));
        return new _GetResponse({ result: ECacheResult.Miss });
      }),
    },
  );

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => server.forceShutdown(),
  };
};
