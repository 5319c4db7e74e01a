import { status } from '../../../../local/cloud/momento/momento';
import { makeKey } from '../../../../local/cloud/momento/momento-keys';
import { countedBytes, refusal, refused, setUp, start, unauthenticated } from './momento-model';

describe('caches', () => {
  test('a key for data only may read but not list', () => {
    const { momento, issue } = setUp();
    const { apiKey } = issue({ scope: 'dataOnly' });
    expect(refusal(() => momento.listCaches(apiKey))).toEqual(refused(status.PERMISSION_DENIED));
    expect(momento.get(apiKey, 'cache')).toBe('miss');
  });

  test('one that is not there is not found', () => {
    const { momento, issue } = setUp();
    expect(refusal(() => momento.get(issue().apiKey, 'elsewhere'))).toEqual(refused(status.NOT_FOUND));
  });

  test('are those that the key was issued for', () => {
    const { momento, issue } = setUp();
    const { apiKey } = issue({ caches: ['one', 'two'] });
    expect(momento.listCaches(apiKey)).toEqual(['one', 'two']);
    expect(momento.get(apiKey, 'two')).toBe('miss');
    expect(refusal(() => momento.get(apiKey, 'cache'))).toEqual(refused(status.NOT_FOUND));
  });

  test('an unknown key learns nothing about them', () => {
    const { momento } = setUp();
    expect(refusal(() => momento.listCaches('unknown'))).toEqual(unauthenticated);
    expect(refusal(() => momento.get('unknown', 'elsewhere'))).toEqual(unauthenticated);
  });
});

describe("a document from a user's file", () => {
  const foreign = (kind: 'legacy' | 'v1' | 'v2') => makeKey(kind, 'cell-9.example.com', countedBytes());

  test.each([
    ['legacy', 'authToken'],
    ['v1', 'authToken'],
    ['legacy', 'apiKey'],
    ['v1', 'apiKey'],
  ] as const)('makes a %s key in %s known', (kind, field) => {
    const { momento } = setUp();
    const { text, bare } = foreign(kind);
    momento.accept({ [field]: text, refreshToken: 'from-a-file', validUntil: String(start + 7_200) });
    expect(momento.listCaches(bare)).toEqual(['cache']);
    expect(momento.refresh({ apiKey: bare, refreshToken: 'from-a-file' })).toMatchObject({
      endpoint: 'cell-9.example.com',
      validUntil: start + 7_200,
    });
  });

  test('gives the next key at least an hour', () => {
    const { momento } = setUp();
    const { text, bare } = foreign('v1');
    momento.accept({ authToken: text, refreshToken: 'from-a-file', validUntil: start + 60 });
    const next = momento.refresh({ apiKey: bare, refreshToken: 'from-a-file' });
    expect(next.validUntil).toBe(start + 3_600);
  });

  test('that has expired stays expired', () => {
    const { momento } = setUp();
    const { text, bare } = foreign('v1');
    momento.accept({ authToken: text, refreshToken: 'from-a-file', validUntil: start });
    const refresh = () => momento.refresh({ apiKey: bare, refreshToken: 'from-a-file' });
    expect(refusal(refresh)).toEqual(unauthenticated);
  });

  const rest = { refreshToken: 'from-a-file', validUntil: start + 60 };
  test.each([
    ['has no key', rest],
    ['holds no string', { ...rest, authToken: 7 }],
    ['holds plain text', { ...rest, authToken: 'a password' }],
    ['holds dots without claims', { ...rest, authToken: 'a.b.c' }],
    ['holds encoded JSON that is no key', { ...rest, authToken: Buffer.from('null').toString('base64') }],
    ['holds a v2 key', { ...rest, authToken: foreign('v2').text }],
    ['has no refresh token', { authToken: foreign('v1').text, validUntil: start + 60 }],
    ['has no time', { authToken: foreign('v1').text, refreshToken: 'from-a-file' }],
  ])('is ignored when it %s', (_, document) => {
    const { momento } = setUp();
    momento.accept(document);
    expect(momento.keyCount()).toBe(0);
  });
});

test('no refusal quotes a key or a refresh token', () => {
  const { momento, issue } = setUp({ refreshTokens: 'singleUseOldKeyDies' });
  const old = issue({ scope: 'dataOnly' });
  const { apiKey, refreshToken } = momento.refresh(old);
  const refusals = [
    () => momento.refresh(old),
    () => momento.refresh({ apiKey, refreshToken: 'a-wrong-one' }),
    () => momento.listCaches(apiKey),
    () => momento.get(apiKey, 'elsewhere'),
  ].map((call) => String((refusal(call) as Error).stack));
  for (const text of [old.apiKey, old.refreshToken, apiKey, refreshToken, 'a-wrong-one']) {
    expect(refusals.some((stack) => stack.includes(text))).toBe(false);
  }
});
