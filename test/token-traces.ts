import type { EmbeddedCloud } from '../local/cloud/embedded-cloud';
import type { RandomBytes } from '../local/cloud/momento/momento-keys';

// Tokens that can be recognised wherever they show, and two searches for them: for a word that each part of them holds,
// and for the tokens themselves, because the embedded Momento makes some without that word.

/** What is in every token that a test makes, and in no other text of a rotation. */
export const word = 'CANARY';

/** With characters that escaping changes. */
export const marked = (name: string): string => `${word}+/=?"<&>\\${name}${word}`;

/** A token document of one day. */
export const markedDocument = (): string =>
  JSON.stringify({
    authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: marked('key') })).toString('base64'),
    refreshToken: `${marked('refresh')}ü`,
    validUntil: Math.floor(Date.now() / 1000) + 86_400,
    note: marked('unknown-field'),
  });

/** Bytes for the embedded Momento's keys: filled with the word, and never the same twice. */
export const createMarkedBytes = (): RandomBytes => {
  let count = 0;
  return (length) => {
    count += 1;
    const bytes = Buffer.alloc(length, word);
    bytes.write(String(count).padStart(6, '0'), length - 6);
    return bytes;
  };
};

/** For each place where the part may begin, without the characters at both ends that depend on its neighbours. */
const base64Of = (part: string): string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + part)
      .toString('base64')
      .slice(Math.ceil((before * 4) / 3), Math.floor(((before + part.length) * 4) / 3)),
  );

/**
 * Escapes of JSON and of URLs leave the word as it is. A key is base64 already, so its word may show as base64 of
 * base64. None of these has a character that base64url writes in another way.
 */
const traces = [word, Buffer.from(word).toString('hex'), ...base64Of(word), ...base64Of(word).flatMap(base64Of)];

/** Looks for the word, in every way in which it may be written. */
export const showsToken = (seen: string): boolean => traces.some((trace) => seen.includes(trace));

const manyWords = Buffer.from(word.repeat(3)).toString('base64');

/** Whole keys that the embedded Momento makes of marked bytes: base64, or, inside a v1 key, base64 of base64. */
const tracesOfBytes = [manyWords, ...base64Of(manyWords)];

/** The same for tokens of marked bytes, five times as fast: the simulation looks for them a million times. */
export const showsMarkedBytes = (seen: string): boolean => tracesOfBytes.some((trace) => seen.includes(trace));

/** What a v1 key wraps; other kinds wrap nothing. */
const bareKeyIn = (key: string): string => {
  const text = Buffer.from(key, 'base64').toString();
  return text.includes('api_key') ? (JSON.parse(text) as { readonly api_key: string }).api_key : '';
};

/** Every token that a secret holds or held: what must not be seen anywhere else. */
export const tokensIn = ({ secretsManager }: EmbeddedCloud, secretName: string): string[] =>
  secretsManager.snapshot(secretName).flatMap(({ versionId }) => {
    const value = secretsManager.storedValue(secretName, versionId) ?? '{}';
    if (!value.startsWith('{')) return [value];
    const document = JSON.parse(value) as Record<string, string>;
    if (document.authToken === undefined) return [];
    return [document.authToken, bareKeyIn(document.authToken), document.refreshToken ?? '', document.note ?? ''].filter(
      (text) => text !== '',
    );
  });

export const encodings = [
  (text: string) => text,
  (text: string) => JSON.stringify(text).slice(1, -1),
  (text: string) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  (text: string) => encodeURIComponent(text),
  // Without the last characters, which depend on what follows.
  (text: string) => Buffer.from(text).toString('base64').replace(/=*$/, '').slice(0, -2),
  (text: string) => Buffer.from(text).toString('base64url').slice(0, -2),
  (text: string) => Buffer.from(text).toString('hex'),
];

/** Looks for these tokens and for the word, in every way in which a text may be written. */
export const expectNoTrace = (seen: string, tokens: readonly string[]): void => {
  expect(tokens.length).toBeGreaterThan(0);
  // Not `toContain`: a failing test must not print the token either.
  for (const token of tokens) expect(encodings.some((encode) => seen.includes(encode(token)))).toBe(false);
  expect(showsToken(seen)).toBe(false);
};
