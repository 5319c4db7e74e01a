import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { withCloud } from '../cloud';
import { marked, word } from '../token-traces';
import { document, megabyte, runSafely } from './safely';

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The connection ends before the last byte. */
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

const spoils: readonly [string, readonly string[], Spoil][] = [
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
  ['unknown members', every, changed({ Description: document, Tags: [document] })],
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

interface Answer {
  readonly name: string;
  readonly action: string;
  readonly spoil: Spoil;
}

/** Each of them to each action that it can answer. */
const answers: readonly Answer[] = spoils.flatMap(([name, actions, spoil]) =>
  actions.map((action) => ({ name, action, spoil })),
);

/** Whether it answers GetSecretValue, or is for one action only, or leaves open whether a write took effect. */
const isTelling = ({ name, action }: Answer): boolean =>
  action === 'GetSecretValue' ||
  answers.filter((answer) => answer.name === name).length === 1 ||
  (name === '200 and truncated JSON' && writes.includes(action));

/** Each answer to one action, and one to each action that writes. */
export const tellingAnswers = answers.filter(isTelling);

export const otherAnswers = answers.filter((answer) => !isTelling(answer));

/** Runs an execution in which Secrets Manager answers so. */
export const runWithAnswer = async ({ action, spoil }: Answer): Promise<void> => {
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
};
