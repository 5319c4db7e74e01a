import { type IssueOptions, MomentoStatus } from '../../../../local/cloud/momento/momento';
import { makeKey, readKey } from '../../../../local/cloud/momento/momento-keys';
import { setUp, start } from './momento-model';

// What a key inherits from the one that it was refreshed from, and what a document from elsewhere starts with.

const issue = ({ issue: byDefault }: ReturnType<typeof setUp>, options: Partial<IssueOptions> = {}) =>
  byDefault({ lifeSeconds: 600, caches: ['one', 'two'], ...options });

/** A document from elsewhere, and the pair to refresh it with: of bytes that no key here is made of. */
const foreign = (validUntil: unknown) => {
  const { text, bare } = makeKey('v1', 'cell-9.example.com', (count) => Buffer.alloc(count, 255));
  const refreshToken = 'from-elsewhere';
  return { document: { authToken: text, refreshToken, validUntil }, pair: { apiKey: bare, refreshToken } };
};

const accepted = (call: () => unknown): boolean => {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof MomentoStatus) return false;
    throw error;
  }
};

test('a refresh token can be used again unless another rule is chosen', () => {
  const setting = setUp();
  const old = issue(setting);
  setting.momento.refresh(old);
  expect(accepted(() => setting.momento.refresh(old))).toBe(true);
  expect(setting.momento.keyCount()).toBe(3);
});

test('the successor of a legacy key is a v1 key for the same endpoint', () => {
  const setting = setUp({ endpoint: 'cell-7.example.com' });
  const old = issue(setting, { kind: 'legacy' });
  expect(old.apiKey.split('.').length).toBe(3);
  const next = setting.momento.refresh(old);
  expect([readKey(old.text)?.endpoint, next.endpoint]).toEqual(['cell-7.example.com', 'cell-7.example.com']);
  expect(next.apiKey.includes('.')).toBe(false);
});

test('scope, caches and life last for generations', () => {
  const setting = setUp();
  const { momento, clock } = setting;
  let key: { apiKey: string; refreshToken: string } = issue(setting, { kind: 'legacy', scope: 'dataOnly' });
  for (const generation of [1, 2, 3]) {
    clock.milliseconds += 100_000;
    const next = momento.refresh(key);
    expect(next.validUntil).toBe(start + generation * 100 + 600);
    expect(accepted(() => momento.listCaches(next.apiKey))).toBe(false);
    expect(momento.get(next.apiKey, 'two')).toBe('miss');
    key = next;
  }
  clock.milliseconds += 599_999;
  expect(accepted(() => momento.get(key.apiKey, 'two'))).toBe(true);
  clock.milliseconds += 1;
  expect(accepted(() => momento.get(key.apiKey, 'two'))).toBe(false);
});

test('the old key lives on to its own end, whatever became of its successor', () => {
  const setting = setUp({ refreshTokens: 'singleUse' });
  const { momento, clock } = setting;
  const old = issue(setting);
  clock.milliseconds += 300_000;
  const next = momento.refresh(old);
  momento.revoke(next.apiKey);
  clock.milliseconds += 299_999;
  expect(accepted(() => momento.listCaches(old.apiKey))).toBe(true);
  expect(accepted(() => momento.listCaches(next.apiKey))).toBe(false);
  clock.milliseconds += 1;
  expect(accepted(() => momento.listCaches(old.apiKey))).toBe(false);
});

test.each(['singleUse', 'singleUseOldKeyDies', 'reuseRevokesFamily'] as const)(
  'a refresh that was refused uses nothing up, under %s',
  (refreshTokens) => {
    const setting = setUp({ refreshTokens });
    const old = issue(setting);
    expect(accepted(() => setting.momento.refresh({ ...old, refreshToken: 'a-wrong-one' }))).toBe(false);
    expect(accepted(() => setting.momento.refresh(old))).toBe(true);
    expect(setting.momento.keyCount()).toBe(2);
  },
);

test('a key that is not known yet cannot be used up either', () => {
  const setting = setUp({ refreshTokens: 'reuseRevokesFamily', propagationMilliseconds: 1_000 });
  const { momento, clock } = setting;
  const next = momento.refresh(issue(setting));
  expect(accepted(() => momento.refresh(next))).toBe(false);
  clock.milliseconds += 1_000;
  expect(accepted(() => momento.refresh(next))).toBe(true);
});

test('a key that was issued or accepted needs no propagation', () => {
  const setting = setUp({ propagationMilliseconds: 5_000 });
  const { document, pair } = foreign(start + 60);
  setting.momento.accept(document);
  expect(setting.momento.listCaches(issue(setting).apiKey)).toEqual(['one', 'two']);
  expect(setting.momento.listCaches(pair.apiKey)).toEqual(['cache']);
});

test.each(['singleUse', 'singleUseOldKeyDies', 'reuseRevokesFamily'] as const)(
  'a document from elsewhere can be refreshed once, under %s',
  (refreshTokens) => {
    const { momento } = setUp({ refreshTokens });
    const { document, pair } = foreign(start + 60);
    momento.accept(document);
    const next = momento.refresh(pair);
    expect(accepted(() => momento.refresh(pair))).toBe(false);
    expect(accepted(() => momento.listCaches(next.apiKey))).toBe(refreshTokens !== 'reuseRevokesFamily');
  },
);

test('a document from elsewhere has a family of its own', () => {
  const setting = setUp({ refreshTokens: 'reuseRevokesFamily' });
  const { momento } = setting;
  const { document, pair } = foreign(start + 60);
  momento.accept(document);
  const other = issue(setting);
  momento.refresh(pair);
  expect(accepted(() => momento.refresh(pair))).toBe(false);
  expect(accepted(() => momento.listCaches(other.apiKey))).toBe(true);
});

test('a life is in whole seconds, even if a document names a fraction', () => {
  const { momento } = setUp();
  const { document, pair } = foreign(start + 7_200.75);
  momento.accept(document);
  expect(momento.refresh(pair).validUntil).toBe(start + 7_200);
});

test.each(['soon', Number.NaN, undefined])('a document that is valid until %p is ignored', (validUntil) => {
  const { momento } = setUp();
  momento.accept(foreign(validUntil).document);
  expect(momento.keyCount()).toBe(0);
});

test.each([{ api_key: 'without-an-endpoint' }, { endpoint: 'cell-9.example.com' }])(
  'a document whose key holds only %j is ignored',
  (half) => {
    const { momento } = setUp();
    const authToken = Buffer.from(JSON.stringify(half)).toString('base64');
    momento.accept({ ...foreign(start + 60).document, authToken });
    expect(momento.keyCount()).toBe(0);
  },
);

test('what is revoked twice, or was never known, is no error', () => {
  const setting = setUp();
  const { apiKey } = issue(setting);
  for (const key of [apiKey, apiKey, 'unknown', '']) setting.momento.revoke(key);
  expect(setting.momento.keyCount()).toBe(1);
});
