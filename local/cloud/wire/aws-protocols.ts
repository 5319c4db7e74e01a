import type { IncomingMessage } from 'node:http';
import { type Reply, ServiceError } from './service';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A wire protocol: how a request names its action and input, and how replies and errors are written. */
export interface Protocol {
  read(
    request: Pick<IncomingMessage, 'headers'>,
    body: string,
  ): { readonly action: string; readonly input: Record<string, unknown> };
  reply(action: string, reply: Reply, requestId: string): Answer;
  error(error: ServiceError, requestId: string): Answer;
}

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** AWS JSON, https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html: the action is named in a header. */
export const json = (version: '1.0' | '1.1'): Protocol => {
  const headers = { 'Content-Type': `application/x-amz-json-${version}` };
  return {
    read: (request, body) => {
      const [, action = ''] = String(request.headers['x-amz-target']).split('.');
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
    // The parser's message is left out, because it quotes a part of the body, which may be a secret value.
    throw new ServiceError('SerializationException', 'The body is not JSON.');
  }
};

/** AWS Query, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html: the action is a field of a form. */
export const query = (): Protocol => {
  const headers = { 'Content-Type': 'text/xml' };
  return {
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
  // XML cannot represent most control characters.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for control characters
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? '').replace(/[\x00-\x08\x0b-\x1f]/g, '\ufffd');

const element = (name: string, content: string, attributes = ''): string =>
  `<${name}${attributes}>${content}</${name}>`;

const elements = (members: Reply): string =>
  Object.entries(members)
    .map(([name, value]) => element(name, escapeXml(String(value))))
    .join('');
