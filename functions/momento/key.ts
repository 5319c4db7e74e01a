import { asFields, type Fields, isText, parsed } from '../language/json';
import type { Sensitive } from '../language/sensitive';

const claimsOf = (key: string): Fields => {
  const decode = (text: string | undefined, encoding: 'base64' | 'base64url'): Fields =>
    asFields(parsed(Buffer.from(text ?? '', encoding).toString('utf8')));
  return key.includes('.') ? decode(key.split('.')[1], 'base64url') : decode(key, 'base64');
};

/**
 * The kinds of key that Momento has issued: `legacy` is a JWT that names its endpoints, `v1` is base64 of
 * `{"api_key", "endpoint"}`, `v2` is a JWT with the claim `t: "g"` and has no refresh token.
 */
export const keyKind = (key: Sensitive): 'legacy' | 'v1' | 'v2' | 'unknown' => {
  const claims = claimsOf(key.reveal());
  if (isText(claims.api_key) && isText(claims.endpoint)) return 'v1';
  if (claims.t === 'g') return 'v2';
  return isText(claims.cp) && isText(claims.c) ? 'legacy' : 'unknown';
};

/** The host that all of a key's endpoints share, so that a legacy key and its v1 successor can be compared. */
export const baseEndpoint = (key: Sensitive): string | undefined => {
  const claims = claimsOf(key.reveal());
  if (isText(claims.endpoint)) return claims.endpoint;
  return isText(claims.c) ? claims.c.replace(/^cache\./, '') : undefined;
};
