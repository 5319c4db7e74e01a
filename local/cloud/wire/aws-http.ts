import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, json, type Protocol, query } from './aws-protocols';
import { LostReply, type Model, type Service, ServiceError } from './service';

export interface AwsServerOptions {
  readonly secretsManager: Model | Service;
  readonly sns: Model | Service;
  /** A loopback address. @default 127.0.0.1 */
  readonly host?: '127.0.0.1' | '::1';
  /** @default any free port */
  readonly port?: number;
}

export interface AwsServer {
  /** The endpoint for the clients of all services. */
  readonly url: string;
  /** Adds Step Functions to the services. */
  serveStepFunctions(service: Model | Service): void;
  /** Aborts open requests, and closes the port and all connections. */
  close(): Promise<void>;
}

/** A service and its wire protocol. */
interface Served {
  readonly service: Pick<Model | Service, 'call'>;
  readonly protocol: Protocol;
}

const maximumBodyBytes = 1_048_576;

/** The answer for all other AWS services. */
const notAvailableHere = (protocol: Protocol): Served => {
  const call = () => {
    const message = 'The embedded cloud has Secrets Manager, SNS and Step Functions only.';
    throw new ServiceError('NotAvailableHere', message, 501);
  };
  return { service: { call }, protocol: { ...protocol, read: () => ({ action: '', input: {} }) } };
};

/** `undefined` if the body is larger than AWS accepts. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Reads to the end: a client that is still writing would see a broken connection instead of the refusal.
    if (size <= maximumBodyBytes) chunks.push(chunk);
  }
  return size > maximumBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
};

const perform = async (
  { service, protocol }: Served,
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
    return protocol.reply(action, await service.call(action, input), requestId);
  } catch (error) {
    if (error instanceof LostReply) throw error;
    // A bug of the emulator must be visible to its user, and must not look like a refusal of the service.
    return protocol.error(
      error instanceof ServiceError ? error : new ServiceError('InternalFailure', String(error), 500),
      requestId,
    );
  }
};

const serve = async (
  servedFor: (request: IncomingMessage, body: string | undefined) => Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const requestId = randomUUID();
  try {
    const sent = await readBody(request);
    const { status, headers, body } = await perform(servedFor(request, sent), request, sent, requestId);
    const length = Buffer.byteLength(body);
    response.writeHead(status, { ...headers, 'x-amzn-RequestId': requestId, 'Content-Length': length }).end(body);
  } catch {
    // The reply must be lost, or the client disconnected before it sent its request.
    response.destroy();
  }
};

/** CloudFormation, CloudWatch and SNS use the same protocol; only their API versions differ. */
const snsVersion = '2010-03-31';

/**
 * Serves the services on one port in their AWS wire protocols, for unmodified SDK clients. Requests must be signed, but
 * signatures are not verified. A `LostReply` from a service closes the connection without a reply.
 */
export const startAwsServer = async (options: AwsServerOptions): Promise<AwsServer> => {
  const { host = '127.0.0.1', port = 0 } = options;
  if (!['127.0.0.1', '::1'].includes(host)) {
    throw new RangeError(`The embedded AWS binds 127.0.0.1 or ::1 only, got "${host}".`);
  }
  const sns: Served = { service: options.sns, protocol: query() };
  const byTarget = new Map<string, Served>([
    ['secretsmanager', { service: options.secretsManager, protocol: json('1.1') }],
  ]);
  const servedFor = (request: IncomingMessage, body: string | undefined): Served => {
    const target = request.headers['x-amz-target'];
    if (target !== undefined) return byTarget.get(String(target).split('.')[0] ?? '') ?? notAvailableHere(json('1.0'));
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) {
      return notAvailableHere(json('1.0'));
    }
    const version = new URLSearchParams(body).get('Version') ?? snsVersion;
    return version === snsVersion ? sns : notAvailableHere(query());
  };
  const server = createServer((request, response) => void serve(servedFor, request, response));
  // Never closes idle connections: one that closes just when a client sends a request would look like a network fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}`,
    serveStepFunctions: (service) => byTarget.set('AWSStepFunctions', { service, protocol: json('1.0') }),
    close: () =>
      new Promise<void>((resolve) => {
        // The only error is that the server is closed already.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
