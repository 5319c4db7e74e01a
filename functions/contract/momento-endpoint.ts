/** Where Momento is, when it is not where the key says. */
export interface MomentoEndpoint {
  /** `host:port` */
  readonly host: string;
  readonly secure: boolean;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads a URL to which the control, cache and token endpoints all resolve; `undefined` for what is none. Plain http only
 * to this machine, since a token goes over it.
 */
export const parseMomentoEndpoint = (text: string): MomentoEndpoint | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:';
  const bare = url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!url || !bare || !(secure || (url.protocol === 'http:' && loopback.has(url.hostname)))) {
    return undefined;
  }
  return { host: `${url.hostname}:${url.port || (secure ? '443' : '80')}`, secure };
};
