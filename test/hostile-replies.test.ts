import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { auth, control } from '@gomomento/generated-types';
import { Metadata, Server, ServerCredentials, type sendUnaryData, status } from '@grpc/grpc-js';
import { errorNames } from '../functions/errors';
import { type Setting, secretName, withCloud } from './cloud';

const { _RefreshApiTokenResponse, UnimplementedAuthService } = auth.auth;
const { _ListCachesResponse, UnimplementedScsControlService } = control.control_client;

const word = 'CANARY';
const marked = (name: string): string => `${word}+/=?"<&>\\${name}${word}`;

const now = Math.floor(Date.now() / 1000);
const document = JSON.stringify({
  authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: marked('key') })).toString('base64'),
  refreshToken: marked('refresh'),
  validUntil: now + 86_400,
});
const megabyte = `${document} `.repeat(Math.ceil(1_048_576 / document.length));

/** For each place where it may begin, and without the characters at both ends that depend on its neighbours. */
const base64Of = (part: string): string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + part)
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), Math.floor(((before + part.length) * 4) / 3)),
  );

/** Escapes of JSON and of URLs leave the word as it is. A key is base64 already, so it may be met as base64 of base64. */
const traces = [word, ...base64Of(word), ...base64Of(word).flatMap(base64Of)];

const holdsToken = (seen: string): boolean => traces.some((trace) => seen.includes(trace));

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) {
    jest.spyOn(console, method).mockImplementation((...parts) => printed.push(...parts.map(String)));
  }
});

afterEach(() => jest.restoreAllMocks());

const currentValue = ({ secretsManager }: Setting['cloud']): string | undefined => {
  const current = secretsManager.snapshot(secretName).find(({ labels }) => labels.includes('AWSCURRENT'));
  return secretsManager.storedValue(secretName, current?.versionId ?? '');
};

/** Runs one execution, and refuses what no answer of a service may lead to. */
const runSafely = async ({ cloud, machine, lines }: Setting) => {
  const result = await machine.start({});
  // Of every try: a retry or a catch may hide a crash from the execution's end.
  const errors = result.history.flatMap(({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? []);
  const foreseen: readonly (string | undefined)[] = [...errorNames, undefined];
  expect([...errors, result.error].filter((name) => !foreseen.includes(name))).toEqual([]);
  expect(result.status).toBe(result.error === undefined ? 'SUCCEEDED' : 'FAILED');
  // Not `toContain` and the like: a failing test must not print the token either.
  expect(holdsToken([JSON.stringify([result, cloud.takeAlerts(), printed]), ...lines].join('\n'))).toBe(false);
  expect(result.status === 'SUCCEEDED' || currentValue(cloud) === document).toBe(true);
  return result;
};

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The connection breaks off before the last byte. */
  readonly breaksOff?: true;
}

/** What is sent instead of the honest answer. Secrets Manager has done what it was asked by then. */
type Spoil = (honest: HttpAnswer, request: string) => HttpAnswer;

/** Written by hand, since `node:http` would refuse to send some of it. */
const send = ({ socket }: IncomingMessage, { status: code, headers, body, breaksOff }: HttpAnswer): void => {
  const all = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' });
  const head = [`HTTP/1.1 ${code} ${code}`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  if (breaksOff) socket.write(head + body.slice(0, -1), () => socket.resetAndDestroy());
  else socket.end(head + body);
};

/** Stands in front of the embedded Secrets Manager and spoils its answers to one action. */
const startProxy = async (action: string, spoil: Spoil) => {
  let upstream = '';
  let spoiled = 0;
  const pass = async (request: IncomingMessage): Promise<void> => {
    const body = await text(request);
    const { 'x-amz-target': target, authorization } = request.headers;
    const headers = { 'x-amz-target': String(target), authorization: String(authorization) };
    const reply = await fetch(upstream, { method: 'POST', headers, body });
    const honest = { status: reply.status, headers: {}, body: await reply.text() };
    const isMeant = target === `secretsmanager.${action}`;
    if (isMeant) spoiled += 1;
    send(request, isMeant ? spoil(honest, body) : honest);
  };
  const server = createServer((request) => void pass(request).catch(() => request.socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    env: { AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    passTo: (url = '') => {
      upstream = url;
    },
    spoiled: () => spoiled,
    close: () => server.close(),
  };
};

const json = { 'Content-Type': 'application/x-amz-json-1.1' };

/** A body made of all that an answer could give away. */
const saying =
  (code: number, write: (quoted: string) => string, headers: HttpAnswer['headers'] = json): Spoil =>
  (honest, request) => ({ status: code, headers, body: write(`${document} ${honest.body} ${request}`) });

const refusal = (type: string, message?: string): Spoil =>
  saying(400, (quoted) => JSON.stringify({ __type: type, message: message ?? quoted }));

const refusalWithHeader = (type: string): Spoil =>
  saying(400, (message) => JSON.stringify({ message }), { ...json, 'x-amzn-errortype': type });

const posing = { __type: 'Odd', name: word, code: word, stack: `Odd\n    at ${word}`, cause: document };

const changed =
  (members: Record<string, unknown>): Spoil =>
  (honest) => ({ ...honest, body: JSON.stringify({ ...JSON.parse(honest.body), ...members, Extra: document }) });

const reads = ['DescribeSecret', 'GetSecretValue'];
const writes = ['PutSecretValue', 'UpdateSecretVersionStage'];
const every = [...reads, ...writes];

const answers: readonly [string, readonly string[], Spoil][] = [
  ['502 and HTML', every, saying(502, (quoted) => `<html>${quoted}</html>`, { 'Content-Type': 'text/html' })],
  ['200 and truncated JSON', every, saying(200, (quoted) => `{"SecretString": ${JSON.stringify(quoted)}, "Vers`)],
  ['200 and an empty body', every, saying(200, () => '')],
  ['200 and null', every, saying(200, () => 'null')],
  ['200 and a list', every, saying(200, (quoted) => JSON.stringify([quoted]))],
  ['a message of 1 MB', every, refusal('InternalServiceError', megabyte)],
  ['a code that quotes a token', every, refusal(marked('code'))],
  ['a code that could be a token', every, refusal(`${word}identifier_0123456789.${word}`)],
  ['a code that is a token of letters and digits', every, refusal(`${word}${'a1B2'.repeat(9)}`)],
  ['a code with control characters', every, refusal(`Odd\r\n    at \u0000${word}`)],
  ['a code in the header that quotes a token', every, refusalWithHeader(marked('code'))],
  ['a code in the header with control characters', every, refusalWithHeader(`\u0001${word}`)],
  ['an error that brings its own name and stack', every, saying(400, () => JSON.stringify(posing))],
  ['a connection that is reset in the body', every, (honest) => ({ ...honest, breaksOff: true })],
  ['members that nobody knows', every, changed({ Description: document, Tags: [document] })],
  ['a number for SecretString', ['GetSecretValue'], changed({ SecretString: 7 })],
  ['null for SecretString', ['GetSecretValue'], changed({ SecretString: null })],
  ['an object for SecretString', ['GetSecretValue'], changed({ SecretString: { authToken: document } })],
  ['a list for SecretString', ['GetSecretValue'], changed({ SecretString: [document] })],
  ['no VersionId', ['GetSecretValue'], changed({ VersionId: undefined })],
  ['a number for VersionId', ['GetSecretValue'], changed({ VersionId: 7 })],
  ['the VersionId of another version', ['GetSecretValue'], changed({ VersionId: word.repeat(6) })],
  ['no CreatedDate', ['GetSecretValue'], changed({ CreatedDate: undefined })],
  ['null for Name', ['DescribeSecret'], changed({ Name: null })],
  ['another Name', ['DescribeSecret'], changed({ Name: word })],
  ['a token for ARN', ['DescribeSecret'], changed({ ARN: document })],
  ['no ARN', ['DescribeSecret'], changed({ ARN: undefined })],
  [
    'a version that is called like a token',
    ['DescribeSecret'],
    changed({ VersionIdsToStages: { [word]: ['AWSPENDING'] } }),
  ],
  ['a string for CreatedDate', reads, changed({ CreatedDate: marked('date') })],
  ['null for VersionIdsToStages', ['DescribeSecret'], changed({ VersionIdsToStages: null })],
  ['a string for the labels of a version', ['DescribeSecret'], changed({ VersionIdsToStages: { a: document } })],
];

test.each(answers.flatMap(([name, actions, spoil]) => actions.map((action) => ({ name, action, spoil }))))(
  'Secrets Manager answers $action with $name: a named error or success, and no token is seen',
  async ({ action, spoil }) => {
    const proxy = await startProxy(action, spoil);
    try {
      await withCloud({ document, env: proxy.env }, async (setting) => {
        proxy.passTo(setting.cloud.env.AWS_ENDPOINT_URL);
        await runSafely(setting);
        expect(proxy.spoiled()).toBeGreaterThan(0);
      });
    } finally {
      proxy.close();
    }
  },
);

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

interface Momento {
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

const trailers = { err: document, 'err-bin': Buffer.from(document) };
/** Not much more fits into HTTP/2's trailers: grpc-js does not send longer ones at all. */
const longest = megabyte.slice(0, 64_000);
/** A first field that is longer than all that follows. */
const malformed = bytes(Buffer.of(0x0a, 0xff, 0x7f), document);
/** The field for the expiry once more, which counts: -1, in the ten bytes that the generated types refuse to write. */
const negative = bytes(refreshMessage({}), Buffer.of(0x20, ...Array(9).fill(0xff), 0x01));

const replies: readonly [string, string | undefined, Momento][] = [
  ['as it should', undefined, {}],
  ['a refresh with details that quote the token', 'RefreshRejected', { refresh: refused(UNAUTHENTICATED, document) }],
  ['a refresh with details as long as they get', 'MomentoUnavailable', { refresh: refused(INTERNAL, longest) }],
  ['a refresh with trailers that do', 'RefreshRejected', { refresh: refused(INVALID_ARGUMENT, '', trailers) }],
  ['a refresh with a status that there is not', 'MomentoUnavailable', { refresh: refused(99, document) }],
  ['a refresh with malformed bytes', 'MomentoUnavailable', { refresh: malformed }],
  ['a refresh with no bytes', 'TokenRejected', { refresh: bytes() }],
  ['a refresh with an empty key', 'TokenRejected', { refresh: refreshed({ api_key: '' }) }],
  ['a refresh with a key for no header', 'TokenRejected', { refresh: refreshed({ api_key: `x\n    at ${word}` }) }],
  ['a refresh with an empty refresh token', 'TokenRejected', { refresh: refreshed({ refresh_token: '' }) }],
  ['a refresh with the expiry 0', 'TokenRejected', { refresh: refreshed({ valid_until: 0 }) }],
  ['a refresh with the expiry -1', 'TokenRejected', { refresh: negative }],
  ['a refresh with the expiry 2^53', 'TokenRejected', { refresh: refreshed({ valid_until: 2 ** 53 }) }],
  ['a refresh with an expiry after the end of time', 'TokenRejected', { refresh: refreshed({ valid_until: 1e15 }) }],
  ['a refresh with an expiry in milliseconds', 'TokenRejected', { refresh: refreshed({ valid_until: now * 2_000 }) }],
  ['a check with details that quote the token', 'TokenRejected', { check: refused(UNAUTHENTICATED, document) }],
  ['a check with details as long as they get', 'MomentoUnavailable', { check: refused(INTERNAL, longest) }],
  ['a check with trailers that do', 'MomentoUnavailable', { check: refused(UNAVAILABLE, '', trailers) }],
  ['a check with malformed bytes', 'MomentoUnavailable', { check: malformed }],
];

test.each(replies)('Momento answers %s: the error is %s, and no token is seen', async (_, error, momentoReplies) => {
  const momento = await startMomento(momentoReplies);
  try {
    await withCloud({ document, env: momento.env }, async (setting) => {
      expect((await runSafely(setting)).error).toBe(error);
    });
  } finally {
    momento.close();
  }
});

test('the search finds a token in each of its forms', () => {
  const base64 = (part: string) => Buffer.from(`?${part}?`).toString('base64');
  const token = marked('any');
  for (const form of [token, JSON.stringify(token), encodeURIComponent(token), base64(token), base64(base64(token))]) {
    expect(holdsToken(form)).toBe(true);
  }
  expect(holdsToken(base64('harmless'))).toBe(false);
});
