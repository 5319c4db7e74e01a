import { createMomento } from '../local/cloud/momento/momento';
import {
  createMarkedBytes,
  encodings,
  expectNoTrace,
  marked,
  markedDocument,
  showsMarkedBytes,
  showsToken,
} from './token-traces';

const base64 = (part: string): string => Buffer.from(`?${part}?`).toString('base64');

test.each([...encodings, base64, (token: string) => base64(base64(token))].map((encode, index) => ({ index, encode })))(
  'a marked token is found in each of its forms: $index',
  ({ encode }) => {
    expect(showsToken(`before ${encode(marked('any'))} after`)).toBe(true);
  },
);

test('the marked key of a document is base64 already, and is found in base64 of that', () => {
  const { authToken } = JSON.parse(markedDocument()) as { readonly authToken: string };
  for (const text of [authToken, JSON.stringify(authToken), base64(authToken)]) expect(showsToken(text)).toBe(true);
});

test.each(encodings.map((encode, index) => ({ index, encode })))(
  'a token that was not marked is found in each of its encodings: $index',
  ({ encode }) => {
    const token = 'random-key+/=?"<&>\\ü';
    expect(() => expectNoTrace(`before ${encode(token)} after`, [token])).toThrow();
    expect(() => expectNoTrace('before and after', [token])).not.toThrow();
  },
);

test('a search for nothing is refused, and a failing one prints no token', () => {
  expect(() => expectNoTrace('', [])).toThrow();
  expect(() => expectNoTrace('a secret', ['a secret'])).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('a secret') }),
  );
});

test('a token of marked bytes is found: whole, in part, or as the inner key of a v1 key', () => {
  const momento = createMomento({ clock: { now: () => 0 }, random: createMarkedBytes() });
  for (const kind of ['v1', 'legacy', 'v2'] as const) {
    const { authToken, refreshToken } = momento.issue({ kind, lifeSeconds: 60 });
    for (const token of [authToken, refreshToken].filter((text) => text !== undefined)) {
      expect([showsToken(`got ${token}!`), showsMarkedBytes(`got ${token}!`)]).toEqual([true, true]);
    }
    const part = String(authToken).slice(-60);
    expect([showsToken(part), showsMarkedBytes(part)]).toEqual([true, true]);
  }
});

test('base64 that is not a token is not found', () => {
  for (const text of [base64('{"no":"token at all"}'), base64(base64('harmless'))]) {
    expect([showsToken(text), showsMarkedBytes(text)]).toEqual([false, false]);
  }
});
