import type { EmbeddedCloud } from '../local/cloud/embedded-cloud';

/** The inner key of a v1 key; empty for other kinds. */
const bareKeyIn = (key: string): string => {
  const text = Buffer.from(key, 'base64').toString();
  return text.includes('api_key') ? (JSON.parse(text) as { readonly api_key: string }).api_key : '';
};

/** A token document whose parts can be recognised anywhere. It contains characters that escaping changes. */
export const markedDocument = (): string =>
  JSON.stringify({
    authToken: Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'CANARY-key+/=?"<&>\\' })).toString(
      'base64',
    ),
    refreshToken: 'CANARY-refresh+/=?"<&>\\ü',
    validUntil: Math.floor(Date.now() / 1000) + 86_400,
    note: 'CANARY-unknown-field',
  });

/** Every token that a secret holds or held. They must not appear anywhere else. */
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
  // Without the last characters, which depend on the text that follows.
  (text: string) => Buffer.from(text).toString('base64').replace(/=*$/, '').slice(0, -2),
  (text: string) => Buffer.from(text).toString('base64url').slice(0, -2),
  (text: string) => Buffer.from(text).toString('hex'),
];

/** Expects that no token occurs in the text, in any encoding. */
export const expectNoTrace = (seen: string, tokens: readonly string[]): void => {
  expect(tokens.length).toBeGreaterThan(0);
  for (const token of tokens) {
    for (const encode of encodings) {
      // Not `toContain`: a failing test must not print the token.
      expect(seen.includes(encode(token))).toBe(false);
    }
  }
  expect(seen.includes('CANARY')).toBe(false);
};
