import { CredentialProvider } from '@gomomento/sdk';
import { createMomento } from '../../../../local/cloud/momento/momento';
import { refusal, setUp, start, unauthenticated } from './momento-model';

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
