import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LostReply, type Model, type Reply, type Service, ServiceError } from './service';

export interface AwsServerOptions {
  readonly secretsManager: Model | Service;
  readonly sns: Model | Service;
  /** A loopback address. @default 127.0.0.1 */
  readonly host?: '127.0.0.1' | '::1';
  /** @default any free port */
  readonly port?: number;
}

export interface AwsServer {
  /** The endpoint for both services' clients. */
  readonly url: string;
  /** Breaks off what is under way. Afterwards neither the port nor a connection is left. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A wire protocol: how a request names its action and input, and how replies and errors are written. */
interface Protocol {
  readonly service: Model | Service;
  read(request: IncomingMessage, body: string): { readonly action: string; readonly input: Record<string, unknown> };
  reply(action: string, reply: Reply, requestId: string): Answer;
  error(error: ServiceError, requestId: string): Answer;
}

const maximumBodyBytes = 1_048_576;
const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** AWS JSON 1.1, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
const json = (service: Model | Service): Protocol => {
  const headers = { 'Content-Type': 'application/x-amz-json-1.1' };
  return {
    service,
    read: (request, body) => {
      const [prefix, action = '', ...rest] = String(request.headers['x-amz-target']).split('.');
      if (prefix !== 'secretsmanager' || rest.length > 0) {
        throw new ServiceError('UnknownOperationException', 'X-Amz-Target must be secretsmanager.ACTION.');
      }
      const input: unknown = parseJson(body);
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        throw new ServiceError('SerializationException', 'The body must be a JSON object.');
      }
      return { action, input: input as Record<string, unknown> };
    },
    reply: (_, reply) => ({ status: 200, headers, body: JSON.stringify(reply) }),
    error: ({ code, message, httpStatus }) => ({
      status: httpStatus,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message }),
    }),
  };
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message repeats a part of the body, which may be a secret value.
    throw new ServiceError('SerializationException', 'The body is not JSON.');
  }
};

/** AWS Query, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
const query = (service: Model | Service): Protocol => {
  const headers = { 'Content-Type': 'text/xml' };
  return {
    service,
    read: (_, body) => {
      const { Action: action, Version, ...input } = queryInput(new URLSearchParams(body));
      return { action: String(action), input };
    },
    reply: (action, reply, requestId) => ({
      status: 200,
      headers,
      body: element(
        `${action}Response`,
        element(`${action}Result`, elements(reply)) + element('ResponseMetadata', elements({ RequestId: requestId })),
        ` xmlns="${namespace}"`,
      ),
    }),
    error: ({ code, message, httpStatus }, requestId) => {
      const error = { Type: httpStatus < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
      const body = element('Error', elements(error)) + elements({ RequestId: requestId });
      return { status: httpStatus, headers, body: element('ErrorResponse', body, ` xmlns="${namespace}"`) };
    },
  };
};

/** Folds `Map.entry.1.Name=a` with `Map.entry.1.Value.Field=b` (or `key`, `value`) into `{Map: {a: {Field: 'b'}}}`. */
const queryInput = (form: URLSearchParams): Record<string, unknown> => {
  const input: Record<string, unknown> = {};
  const maps: Record<string, Record<string, unknown>> = {};
  for (const [path, value] of form) {
    const [, map, place, field] = /^(\w+)\.(entry\.\d+)\.[Vv]alue(?:\.(\w+))?$/.exec(path) ?? [];
    const name = form.get(`${map}.${place}.Name`) ?? form.get(`${map}.${place}.key`);
    if (map !== undefined && name !== null) {
      maps[map] ??= {};
      const entries = maps[map];
      entries[name] = field === undefined ? value : { ...(entries[name] ?? {}), [field]: value };
    } else if (!/^\w+\.entry\.\d+\.(Name|key)$/.test(path)) input[path] = value;
  }
  return { ...input, ...maps };
};

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escapeXml = (text: string): string =>
  // XML has no way at all to write most control characters.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '').replace(/[\x00-\x08\x0b-\x1f]/g, '\ufffd');

const element = (name: string, content: string, attributes = ''): string =>
  `<${name}${attributes}>${content}</${name}>`;

const elements = (members: Reply): string =>
  Object.entries(members)
    .map(([name, value]) => element(name, escapeXml(String(value))))
    .join('');

/** `undefined`: more than AWS would take. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Reads on to the end: a client that still writes would see a broken connection instead of the refusal.
    if (size <= maximumBodyBytes) chunks.push(chunk);
  }
  return size > maximumBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
};

const perform = async (
  protocol: Protocol,
  request: IncomingMessage,
  body: string | undefined,
  requestId: string,
): Promise<Answer> => {
  try {
    if (body === undefined) {
      throw new ServiceError('RequestEntityTooLarge', `The body has more than ${maximumBodyBytes} bytes.`, 413);
    }
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new ServiceError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
    }
    const { action, input } = protocol.read(request, body);
    return protocol.reply(action, await protocol.service.call(action, input), requestId);
  } catch (error) {
    if (error instanceof LostReply) throw error;
    // A fault of the emulator itself must reach whoever runs it, and not as one of the service's refusals.
    return protocol.error(
      error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500),
      requestId,
    );
  }
};

const serve = async (protocol: Protocol, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const requestId = randomUUID();
  try {
    const { status, headers, body } = await perform(protocol, request, await readBody(request), requestId);
    const length = Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'x-amzn-RequestId': requestId, 'Content-Length': length }).end(body);
  } catch {
    // The reply is to be lost, or the client went away before it had asked.
    response.destroy();
  }
};

/**
 * Serves both services on one port in their AWS wire protocols, to unmodified SDK clients. Signatures must be there but are
 * not verified. A `LostReply` from a service breaks the connection off.
 */
export const startAwsServer = async (options: AwsServerOptions): Promise<AwsServer> => {
  const { host = '127.0.0.1', port = 0 } = options;
  if (!['127.0.0.1', '::1'].includes(host)) {
    throw new RangeError(`The embedded AWS binds 127.0.0.1 or ::1 only, got "${host}".`);
  }
  const [secretsManager, sns] = [json(options.secretsManager), query(options.sns)];
  const server = createServer((request, response) => {
    const protocol = request.headers['x-amz-target'] === undefined ? sns : secretsManager;
    void serve(protocol, request, response);
  });
  // A connection that is closed for idleness just when a client sends on it would look like a fault of the network.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}`,
    close: () =>
      new Promise<void>((resolve) => {
        // Its only error is that the server was closed before.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
