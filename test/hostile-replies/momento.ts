import { auth, control } from '@gomomento/generated-types';
import { Metadata, Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { withCloud } from '../cloud';
import { marked, word } from '../token-traces';
import { document, megabyte, runSafely } from './safely';

const now = Math.floor(Date.now() / 1000);

const { _RefreshApiTokenResponse, UnimplementedAuthService } = auth.auth;
const { _ListCachesResponse, UnimplementedScsControlService } = control.control_client;

/** Bytes, so that they need not be a message, or an error. */
type GrpcAnswer = Parameters<sendUnaryData<Buffer>>;

const bytes = (...parts: (Uint8Array | string)[]): GrpcAnswer => [
  null,
  Buffer.concat(parts.map((part) => Buffer.from(part))),
];

const refreshMessage = (members: object): Uint8Array =>
  new _RefreshApiTokenResponse({
    api_key: marked('new-key'),
    refresh_token: marked('new-refresh'),
    endpoint: 'cell.example.com',
    valid_until: now + 172_800,
    ...members,
  }).serialize();

const refreshed = (members: object): GrpcAnswer => bytes(refreshMessage(members));

const refused = (code: number, details: string, trailers: Record<string, string | Buffer> = {}): GrpcAnswer => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return [{ code, details, metadata }];
};

const listed = bytes(new _ListCachesResponse({}).serialize());

export interface Momento {
  readonly refresh?: GrpcAnswer;
  readonly check?: GrpcAnswer;
}

/** Answers every refresh and every check alike. */
const startMomento = async ({ refresh = refreshed({}), check = listed }: Momento) => {
  const server = new Server();
  const answer = (path: string, reply: GrpcAnswer) => {
    const raw = { requestDeserialize: (request: Buffer) => request, responseSerialize: (response: Buffer) => response };
    const method = { ...UnimplementedAuthService.definition.RefreshApiToken, ...raw, path };
    server.addService({ method }, { method: (_: unknown, callback: sendUnaryData<Buffer>) => callback(...reply) });
  };
  answer(UnimplementedAuthService.definition.RefreshApiToken.path, refresh);
  answer(UnimplementedScsControlService.definition.ListCaches.path, check);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { env: { MOMENTO_ENDPOINT_OVERRIDE: `http://127.0.0.1:${port}` }, close: () => server.forceShutdown() };
};

const { INTERNAL, INVALID_ARGUMENT, UNAUTHENTICATED, UNAVAILABLE } = status;

/** Of text, gRPC sends ASCII only. */
const trailers = { err: encodeURI(document), 'err-bin': Buffer.from(document) };
/** Not much more fits into HTTP/2's trailers: grpc-js does not send longer ones at all. */
const longest = megabyte.slice(0, 64_000);
/** A first field that is longer than all that follows. */
const malformed = bytes(Buffer.of(0x0a, 0xff, 0x7f), document);
/** The field for the expiry once more, which counts: -1, in the ten bytes that the generated types refuse to write. */
const negative = bytes(refreshMessage({}), Buffer.of(0x20, ...Array(9).fill(0xff), 0x01));

export const replies: readonly [string, string | undefined, Momento][] = [
  ['as it should', undefined, {}],
  ['a refresh with details that quote the token', 'RefreshRejected', { refresh: refused(UNAUTHENTICATED, document) }],
  ['a refresh with details as long as they get', 'MomentoUnavailable', { refresh: refused(INTERNAL, longest) }],
  ['a refresh with trailers that do', 'RefreshRejected', { refresh: refused(INVALID_ARGUMENT, '', trailers) }],
  ['a refresh with a status that there is not', 'MomentoUnavailable', { refresh: refused(99, document) }],
  ['a refresh with malformed bytes', 'MomentoUnavailable', { refresh: malformed }],
  ['a refresh with no bytes', 'TokenDrifted', { refresh: bytes() }],
  ['a refresh with an empty key', 'TokenRejected', { refresh: refreshed({ api_key: '' }) }],
  ['a refresh with a key for no header', 'TokenRejected', { refresh: refreshed({ api_key: `x\n    at ${word}` }) }],
  ['a refresh with an empty refresh token', 'TokenDrifted', { refresh: refreshed({ refresh_token: '' }) }],
  ['a refresh with the expiry 0', 'TokenDrifted', { refresh: refreshed({ valid_until: 0 }) }],
  ['a refresh with the expiry -1', 'TokenDrifted', { refresh: negative }],
  ['a refresh with the expiry 2^53', 'TokenDrifted', { refresh: refreshed({ valid_until: 2 ** 53 }) }],
  ['a refresh with an expiry after the end of time', 'TokenDrifted', { refresh: refreshed({ valid_until: 1e15 }) }],
  ['a refresh with an expiry in milliseconds', 'TokenDrifted', { refresh: refreshed({ valid_until: now * 2_000 }) }],
  ['a check with details that quote the token', 'TokenRejected', { check: refused(UNAUTHENTICATED, document) }],
  ['a check with details as long as they get', 'MomentoUnavailable', { check: refused(INTERNAL, longest) }],
  ['a check with trailers that do', 'MomentoUnavailable', { check: refused(UNAVAILABLE, '', trailers) }],
  ['a check with malformed bytes', 'MomentoUnavailable', { check: malformed }],
];

/** Runs an execution in which Momento replies so. @returns the error that it ends with */
export const runWithReplies = async (momentoReplies: Momento): Promise<string | undefined> => {
  const momento = await startMomento(momentoReplies);
  try {
    return await withCloud({ document, env: momento.env }, async (setting) => (await runSafely(setting)).error);
  } finally {
    momento.close();
  }
};
