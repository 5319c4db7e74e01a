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
  /** The endpoint for all services' clients. */
  readonly url: string;
  /** Serves Step Functions as well. */
  serveStepFunctions(service: Model | Service): void;
  /** Breaks off what is under way. Afterwards neither the port nor a connection is left. */
  close(): Promise<void>;
}

/** A service, and how it is spoken to. */
interface Served {
  readonly service: Pick<Model | Service, 'call'>;
  readonly protocol: Protocol;
}

const maximumBodyBytes = 1_048_576;

/** For whatever else AWS has. */
const notAvailableHere = (protocol: Protocol): Served => {
  const call = () => {
    const message = 'The embedded cloud has Secrets Manager, SNS and Step Functions only.';
    throw new ServiceError('NotAvailableHere', message, 501);
  };
  return { service: { call }, protocol: { ...protocol, read: () => ({ action: '', input: {} }) } };
};

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
    // A fault of the emulator itself must reach whoever runs it, and not as one of the service's refusals.
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
    // The reply is to be lost, or the client went away before it had asked.
    response.destroy();
  }
};

/** CloudFormation, CloudWatch and SNS speak the same protocol, and only the version of their interface tells them apart. */
const snsVersion = '2010-03-31';

/**
 * Serves the services on one port in their AWS wire protocols, to unmodified SDK clients. Signatures must be there but are
 * not verified. A `LostReply` from a service breaks the connection off.
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
  // A connection that is closed for idleness just when a client sends on it would look like a fault of the network.
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
        // Its only error is that the server was closed before.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
