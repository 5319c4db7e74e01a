import { status } from '../../../../local/cloud/momento/momento';
import { refusal, refused, setUp, start, unauthenticated } from './momento-model';

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
