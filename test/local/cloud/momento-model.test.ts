import { CredentialProvider } from '@gomomento/sdk';
import { createMomento, type IssueOptions, type MomentoOptions, status } from '../../../local/cloud/momento';
import { makeKey, readKey } from '../../../local/cloud/momento-keys';

const start = 1_800_000_000;

/** Bytes that differ at every draw, and are the same in every run. */
const countedBytes = () => {
  let draws = 0;
  return (count: number) => {
    draws += 1;
    return Buffer.alloc(count, draws);
  };
};

const setUp = (options: Partial<MomentoOptions> = {}) => {
  const clock = { milliseconds: start * 1000, now: () => clock.milliseconds };
  const momento = createMomento({ clock, random: countedBytes(), ...options });
  return {
    clock,
    momento,
    issue: (issued: Partial<IssueOptions> = {}) => {
      const document = momento.issue({ kind: 'v1', lifeSeconds: 3_600, ...issued });
      const text = String(document.authToken ?? document.apiKey);
      return {
        document,
        text,
        apiKey: readKey(text)?.bare ?? text,
        refreshToken: String(document.refreshToken),
      };
    },
  };
};

const refused = (code: number) => expect.objectContaining({ name: 'MomentoStatus', code });

/** The status of a refusal; a call that is not refused fails the test. */
const refusal = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
};

const unauthenticated = refused(status.UNAUTHENTICATED);

describe('a key that was issued', () => {
  test.each(['legacy', 'v1', 'v2'] as const)('works, if it is %s', (kind) => {
    const { momento, issue } = setUp();
    const { apiKey } = issue({ kind });
    expect(momento.listCaches(apiKey)).toEqual(['cache']);
    expect(momento.get(apiKey, 'cache')).toBe('miss');
  });

  test('comes as the document that the console writes', () => {
    const { issue } = setUp();
    expect(issue().document).toEqual({
      authToken: expect.any(String),
      refreshToken: expect.any(String),
      validUntil: start + 3_600,
    });
    expect(issue({ keyField: 'apiKey', validUntilAs: 'string' }).document).toEqual({
      apiKey: expect.any(String),
      refreshToken: expect.any(String),
      validUntil: String(start + 3_600),
    });
  });

  test('has no refresh token, if it is v2', () => {
    const { issue } = setUp();
    expect(Object.keys(issue({ kind: 'v2' }).document)).toEqual(['authToken', 'validUntil']);
  });

  test('expires at the very second that it names', () => {
    const { clock, momento, issue } = setUp();
    const { apiKey, refreshToken } = issue();
    clock.milliseconds = (start + 3_600) * 1000 - 1;
    expect(momento.listCaches(apiKey)).toEqual(['cache']);
    clock.milliseconds += 1;
    expect(refusal(() => momento.listCaches(apiKey))).toEqual(unauthenticated);
    expect(refusal(() => momento.get(apiKey, 'cache'))).toEqual(unauthenticated);
    expect(refusal(() => momento.refresh({ apiKey, refreshToken }))).toEqual(unauthenticated);
    expect(momento.keyCount()).toBe(1);
  });

  test.each(['legacy', 'v1', 'v2'] as const)('is accepted nowhere once it is revoked, if it is %s', (kind) => {
    const { momento, issue } = setUp();
    const { text, apiKey, refreshToken } = issue({ kind });
    const other = issue({ kind });
    momento.revoke(text);
    expect(refusal(() => momento.listCaches(apiKey))).toEqual(unauthenticated);
    expect(refusal(() => momento.get(apiKey, 'cache'))).toEqual(unauthenticated);
    expect(refusal(() => momento.refresh({ apiKey, refreshToken }))).toEqual(unauthenticated);
    expect(momento.listCaches(other.apiKey)).toEqual(['cache']);
  });

  test('can be revoked in its bare form', () => {
    const { momento, issue } = setUp();
    const { apiKey } = issue();
    momento.revoke(apiKey);
    expect(refusal(() => momento.listCaches(apiKey))).toEqual(unauthenticated);
  });
});

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

describe('a refresh', () => {
  test('gives a new pair with the same life, from now on', () => {
    const { clock, momento, issue } = setUp();
    const old = issue();
    clock.milliseconds += 600_999;
    const next = momento.refresh(old);
    expect(next).toEqual({
      apiKey: expect.any(String),
      refreshToken: expect.any(String),
      endpoint: 'cell-local.prod.a.momentohq.com',
      validUntil: start + 600 + 3_600,
    });
    expect(next.apiKey).not.toBe(old.apiKey);
    expect(next.refreshToken).not.toBe(old.refreshToken);
    expect(momento.listCaches(next.apiKey)).toEqual(['cache']);
    expect(momento.refresh(next).validUntil).toBe(start + 600 + 3_600);
    expect(momento.keyCount()).toBe(3);
  });

  test('keeps what the key may do', () => {
    const { momento, issue } = setUp();
    const { apiKey } = momento.refresh(issue({ scope: 'dataOnly', caches: ['one'] }));
    expect(refusal(() => momento.listCaches(apiKey))).toEqual(refused(status.PERMISSION_DENIED));
    expect(momento.get(apiKey, 'one')).toBe('miss');
  });

  test('is refused with the refresh token of another key', () => {
    const { momento, issue } = setUp();
    const { apiKey } = issue();
    const { refreshToken } = issue();
    expect(refusal(() => momento.refresh({ apiKey, refreshToken }))).toEqual(unauthenticated);
    expect(refusal(() => momento.refresh({ apiKey, refreshToken: '' }))).toEqual(unauthenticated);
    expect(momento.keyCount()).toBe(2);
  });

  test('is refused for an unknown key', () => {
    const { momento, issue } = setUp();
    const { refreshToken } = issue();
    expect(refusal(() => momento.refresh({ apiKey: 'unknown', refreshToken }))).toEqual(unauthenticated);
  });

  test('is known after the propagation, and not a millisecond sooner', () => {
    const { clock, momento, issue } = setUp({ propagationMilliseconds: 5_000 });
    const old = issue();
    const next = momento.refresh(old);
    clock.milliseconds += 4_999;
    expect(refusal(() => momento.listCaches(next.apiKey))).toEqual(unauthenticated);
    expect(refusal(() => momento.get(next.apiKey, 'cache'))).toEqual(unauthenticated);
    expect(refusal(() => momento.refresh(next))).toEqual(unauthenticated);
    expect(momento.listCaches(old.apiKey)).toEqual(['cache']);
    clock.milliseconds += 1;
    expect(momento.listCaches(next.apiKey)).toEqual(['cache']);
  });
});

describe('a refresh token that was used', () => {
  test('works again, if it is reusable', () => {
    const { momento, issue } = setUp({ refreshTokens: 'reusable' });
    const old = issue();
    const first = momento.refresh(old);
    const second = momento.refresh(old);
    expect(second.apiKey).not.toBe(first.apiKey);
    for (const { apiKey } of [old, first, second]) expect(momento.listCaches(apiKey)).toEqual(['cache']);
  });

  test('is refused, if it is for a single use, and every key lives on', () => {
    const { momento, issue } = setUp({ refreshTokens: 'singleUse' });
    const old = issue();
    const next = momento.refresh(old);
    expect(refusal(() => momento.refresh(old))).toEqual(unauthenticated);
    for (const { apiKey } of [old, next, momento.refresh(next)]) expect(momento.listCaches(apiKey)).toEqual(['cache']);
    expect(momento.keyCount()).toBe(3);
  });

  test('takes its key along, if the old key dies', () => {
    const { momento, issue } = setUp({ refreshTokens: 'singleUseOldKeyDies' });
    const old = issue();
    const next = momento.refresh(old);
    expect(refusal(() => momento.listCaches(old.apiKey))).toEqual(unauthenticated);
    expect(refusal(() => momento.get(old.apiKey, 'cache'))).toEqual(unauthenticated);
    expect(refusal(() => momento.refresh(old))).toEqual(unauthenticated);
    expect(momento.listCaches(next.apiKey)).toEqual(['cache']);
  });

  test('revokes every key of its family, if reuse does, and no other', () => {
    const { momento, issue } = setUp({ refreshTokens: 'reuseRevokesFamily' });
    const stranger = issue();
    const first = issue();
    const second = momento.refresh(first);
    const third = momento.refresh(second);
    for (const { apiKey } of [first, second, third]) expect(momento.listCaches(apiKey)).toEqual(['cache']);
    expect(refusal(() => momento.refresh(second))).toEqual(unauthenticated);
    for (const key of [first, second, third]) {
      expect(refusal(() => momento.listCaches(key.apiKey))).toEqual(unauthenticated);
      expect(refusal(() => momento.refresh(key))).toEqual(unauthenticated);
    }
    expect(momento.listCaches(stranger.apiKey)).toEqual(['cache']);
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

test('the same random bytes make the same keys', () => {
  const run = () => {
    const { momento, issue } = setUp();
    return [issue({ kind: 'legacy' }).document, momento.refresh(issue())];
  };
  const [once, again] = [run(), run()].map((made) => JSON.stringify(made));
  expect(once === again).toBe(true);
});

test('without injected bytes no two keys are alike', () => {
  const { clock } = setUp();
  const momento = createMomento({ clock });
  const keys = [0, 1, 2].map(() => momento.issue({ kind: 'legacy', lifeSeconds: 60 }).authToken);
  expect(new Set(keys).size).toBe(3);
});

describe('the SDK', () => {
  test.each(['legacy', 'v1'] as const)('reads the endpoints from a %s key, and sends the bare one', (kind) => {
    const { issue } = setUp();
    const { text, apiKey } = issue({ kind });
    const provider = CredentialProvider.fromString({ apiKey: text });
    expect(provider.getControlEndpoint()).toBe('control.cell-local.prod.a.momentohq.com');
    expect(provider.getCacheEndpoint()).toBe('cache.cell-local.prod.a.momentohq.com');
    expect(provider.getAuthToken() === apiKey).toBe(true);
  });

  test('refuses a v2 key as one that it can refresh', () => {
    const { issue } = setUp();
    const { text } = issue({ kind: 'v2' });
    expect(() => CredentialProvider.fromString({ apiKey: text })).toThrow('v2 API key');
    expect(CredentialProvider.fromApiKeyV2({ apiKey: text, endpoint: 'example.com' }).getAuthToken() === text).toBe(
      true,
    );
  });
});
