import { inspect } from 'node:util';
import { Sensitive } from '../../../functions/language/sensitive';
import { keyKind } from '../../../functions/momento/key';
import {
  driftOf,
  isRefreshable,
  readToken,
  requireRefreshToken,
  requireToken,
  serialiseToken,
} from '../../../functions/momento/token';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const v1 = (key: string, endpoint = 'cell.example.com') => base64({ endpoint, api_key: key });
const jwt = (claims: object) => `${base64url({ alg: 'HS256' })}.${base64url(claims)}.c2lnbmF0dXJl`;
const legacy = (host = 'cell.example.com') => jwt({ sub: 'x', cp: `control.${host}`, c: `cache.${host}` });

const parse = (value: Sensitive | undefined) => requireToken(readToken(value));
const read = (document: unknown) => parse(new Sensitive(JSON.stringify(document)));

const messageOf = (value: Sensitive | undefined): string => {
  try {
    parse(value);
  } catch (error) {
    expect(error).toMatchObject({ name: 'MalformedSecret' });
    return (error as Error).message;
  }
  throw new Error('accepted');
};

const refreshed = { key: new Sensitive('new-key'), refreshToken: new Sensitive('new-refresh'), validUntil: 2_000 };

test.each(['authToken', 'apiKey'])('a rotation keeps the name of the key field: %s', (field) => {
  const old = read({ [field]: 'old-key', refreshToken: 'old-refresh', validUntil: 1_000 });
  expect(JSON.parse(serialiseToken(old, refreshed).reveal())).toEqual({
    [field]: 'new-key',
    refreshToken: 'new-refresh',
    validUntil: 2_000,
  });
});

test('validUntil stays a string if it was one', () => {
  const old = read({ authToken: 'k', refreshToken: 'r', validUntil: '1000' });
  expect(old.validUntil).toBe(1_000);
  expect(JSON.parse(serialiseToken(old, refreshed).reveal()).validUntil).toBe('2000');
});

test('unknown keys survive, and both key fields are renewed if both were there', () => {
  const old = read({ authToken: 'k', apiKey: 'k', refreshToken: 'r', validUntil: 1, team: { a: [1, '"'] } });
  expect(JSON.parse(serialiseToken(old, refreshed).reveal())).toEqual({
    authToken: 'new-key',
    apiKey: 'new-key',
    refreshToken: 'new-refresh',
    validUntil: 2_000,
    team: { a: [1, '"'] },
  });
});

test.each([
  ['no key', { refreshToken: 'r', validUntil: 1 }, '"authToken" (or "apiKey") is missing'],
  ['an empty key', { authToken: '', refreshToken: 'r', validUntil: 1 }, '"authToken" must be'],
  ['a nested key', { apiKey: { a: 1 }, refreshToken: 'r', validUntil: 1 }, '"apiKey" must be'],
  ['two different keys', { authToken: 'a', apiKey: 'b', refreshToken: 'r', validUntil: 1 }, 'differ'],
  ['a number as refresh token', { authToken: 'a', refreshToken: 1, validUntil: 1 }, '"refreshToken" must be'],
  ['no validUntil', { authToken: 'a', refreshToken: 'r' }, '"validUntil" is missing'],
  ['validUntil in words', { authToken: 'a', refreshToken: 'r', validUntil: 'soon' }, '"validUntil" must be'],
  ['validUntil in milliseconds', { authToken: 'a', refreshToken: 'r', validUntil: 1.7e12 }, 'seconds since 1970'],
])('%s is refused with the field named', (_, document, expected) => {
  expect(messageOf(new Sensitive(JSON.stringify(document)))).toContain(expected);
});

const inside = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

test.each([
  ['a random string, as CDK makes it', 'H4d}r&ndom\\"', 'no token has been imported yet'],
  ['nothing', '', 'it is empty'],
  ['white space', ' \n', 'it is empty'],
  ['a file with a byte order mark', '\ufeff{"authToken":"k"}', 'byte order mark'],
  ['half a document', '{"authToken": "k", "refre', 'truncated or altered'],
  ['a bare key', v1('k'), 'a bare key'],
  ['a list', '[]', 'a JSON list'],
  ['a document in quotes', JSON.stringify('{"authToken":"k"}'), 'encoded twice'],
  ['a number', '42', 'not an object'],
  [
    'a field that stands there twice',
    '{"authToken":"a","validUntil":1,"authToken":"b"}',
    '"authToken" appears twice in it',
  ],
  ['a number that would come back as another', '{"serial":12345678901234567890}', 'more digits than can be preserved'],
  ['a fraction that would', '{"a":[0.12345678901234567891]}', 'more digits than can be preserved'],
  ['a number that becomes infinite', '{"a":1e999}', 'more digits than can be preserved'],
  ['a number that becomes zero', '{"a":1e-400}', 'more digits than can be preserved'],
  ['a field twice, spelt in two ways', '{"authToken":"a","auth\\u0054oken":"b"}', '"authToken" appears twice in it'],
  ['a field twice, deep inside', '{"a":[1,{"b":1,"c":{"b":2},"b":3}]}', 'a field appears twice in it'],
  [
    'a field twice, with a list between',
    '{"authToken":"a","c":[1,[2]],"authToken":"b"}',
    '"authToken" appears twice in it',
  ],
  ['more levels than can be written back', inside(20_000), 'nested deeper than 100 levels'],
])('%s has an error of its own', (_, text, expected) => {
  expect(messageOf(new Sensitive(text))).toContain(expected);
});

test('a binary value has an error of its own', () => {
  expect(messageOf(undefined)).toContain('it is binary');
});

test('fields that only look like duplicates are accepted', () => {
  const text =
    '{"authToken":"k","refreshToken":"r","validUntil":1,"note":"\\"a\\":1,\\"a\\":2","b":{"a":1},"c":[{"a":1},{"a":2}]}';
  expect(parse(new Sensitive(text)).validUntil).toBe(1);
});

test.each([
  '1.2345678901234568e+16',
  '1.0',
  '-0',
  '1E3',
  '9007199254740991',
  '0.1234567890123456',
  '1798761600000000000',
  '5e-324',
])('the number %s comes back as the same one, so it is accepted', (number) => {
  const text = `{"authToken":"k","refreshToken":"r","validUntil":1,"more":${number}}`;
  expect(parse(new Sensitive(text)).validUntil).toBe(1);
});

test('a document of the deepest accepted level can be written back', () => {
  const document = { ...JSON.parse(inside(98)), authToken: 'k', refreshToken: 'r', validUntil: 1 };
  expect(JSON.parse(serialiseToken(read(document), refreshed).reveal()).a).toEqual(document.a);
});

test('no value is repeated in a message', () => {
  expect(messageOf(new Sensitive('{"authToken": "canary-1234'))).not.toContain('canary');
  expect(messageOf(new Sensitive('{"canary": 1, "canary": 2}'))).not.toContain('canary');
  expect(messageOf(new Sensitive('{"authToken": 12345678, "refreshToken": ["canary"]}'))).not.toMatch(/canary|1234/);
});

test('a document with an expiry in the past is accepted', () => {
  expect(read({ authToken: 'k', refreshToken: 'r', validUntil: 0 }).validUntil).toBe(0);
});

test('kinds of key are told apart', () => {
  expect(keyKind(new Sensitive(v1('k')))).toBe('v1');
  expect(keyKind(new Sensitive(legacy()))).toBe('legacy');
  expect(keyKind(new Sensitive(jwt({ t: 'g' })))).toBe('v2');
  expect(keyKind(new Sensitive('anything'))).toBe('unknown');
});

test('a v2 key that never expires has no validUntil; it is reported as not refreshable', () => {
  const text = JSON.stringify({ apiKey: jwt({ t: 'g' }) });
  expect(() => parse(new Sensitive(text))).toThrow(expect.objectContaining({ name: 'NotRefreshable' }));
});

test('a v2 key and a document without refresh token are not refreshable', () => {
  const v2 = read({ apiKey: jwt({ t: 'g' }), refreshToken: 'r', validUntil: 1 });
  expect(() => requireRefreshToken(v2)).toThrow(expect.objectContaining({ name: 'NotRefreshable' }));
  const bare = read({ apiKey: v1('k'), refreshToken: '', validUntil: 1 });
  expect(() => requireRefreshToken(bare)).toThrow(expect.objectContaining({ name: 'NotRefreshable' }));
  expect([v2, bare].map(isRefreshable)).toEqual([false, false]);
  expect(isRefreshable(read({ apiKey: v1('k'), refreshToken: 'r', validUntil: 1 }))).toBe(true);
});

describe('drift', () => {
  const document = (key: string, validUntil = 1_000, refreshToken = 'r') =>
    read({ apiKey: key, refreshToken, validUntil });

  test('a legacy key and its v1 successor of the same endpoint are alike', () => {
    expect(driftOf(document(legacy()), document(v1('new'), 1_000))).toBeUndefined();
  });

  test.each([
    ['the same key', document(v1('a')), document(v1('a'), 2_000), 'same key'],
    ['an earlier expiry', document(v1('a')), document(v1('b'), 999), 'earlier'],
    ['another endpoint', document(v1('a')), document(v1('b', 'elsewhere.example.com')), 'another endpoint'],
    ['another endpoint than the legacy key has', document(legacy()), document(v1('b', 'x.example.com')), 'endpoint'],
    ['no refresh token', document(v1('a')), document(v1('b'), 2_000, ''), 'no refresh token'],
  ])('%s is drift', (_, old, fresh, reason) => {
    expect(driftOf(old, fresh)).toContain(reason);
  });
});

test('a document shows nothing of its token, however it is printed', () => {
  const document = read({ authToken: 'canary-key', refreshToken: 'canary-refresh', validUntil: 1 });
  for (const text of [JSON.stringify(document), inspect(document, { depth: 9, showHidden: true }), `${document.key}`]) {
    expect(text).not.toContain('canary');
  }
});
