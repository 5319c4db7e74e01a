/** A source of unpredictable bytes for keys. A simulation supplies its own, to be repeatable. */
export type RandomBytes = (count: number) => Buffer;

export type KeyKind = 'legacy' | 'v1' | 'v2';

export interface MadeKey {
  /** The key in a token document. */
  readonly text: string;
  /** The key that is sent to Momento: for a v1 key, only the inner key. */
  readonly bare: string;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const jwt = (claims: object, random: RandomBytes): string =>
  [base64url({ alg: 'HS256' }), base64url(claims), random(32).toString('base64url')].join('.');

/** Makes a key of the given kind, in the format that the SDK's CredentialProvider reads. */
export const makeKey = (kind: KeyKind, endpoint: string, random: RandomBytes): MadeKey => {
  const id = random(12).toString('hex');
  if (kind === 'v1') {
    const bare = random(48).toString('base64url');
    return { text: Buffer.from(JSON.stringify({ endpoint, api_key: bare })).toString('base64'), bare };
  }
  const claims =
    kind === 'legacy'
      ? { sub: 'local', ver: 1, p: '', cp: `control.${endpoint}`, c: `cache.${endpoint}`, jti: id }
      : { t: 'g', jti: id };
  const text = jwt(claims, random);
  return { text, bare: text };
};

/** The bare key in a document's key, and its endpoint; `undefined` if the key cannot be refreshed. */
export const readKey = (text: string): { readonly bare: string; readonly endpoint: string } | undefined => {
  const isJwt = text.includes('.');
  try {
    const claims = JSON.parse(Buffer.from(isJwt ? (text.split('.')[1] ?? '') : text, 'base64').toString()) as {
      readonly api_key?: unknown;
      readonly endpoint?: unknown;
      readonly c?: unknown;
    };
    if (isJwt)
      return typeof claims.c === 'string' ? { bare: text, endpoint: claims.c.replace(/^cache\./, '') } : undefined;
    const { api_key: bare, endpoint } = claims;
    return typeof bare === 'string' && typeof endpoint === 'string' ? { bare, endpoint } : undefined;
  } catch {
    return undefined;
  }
};
