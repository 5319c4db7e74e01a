/** An endpoint of Momento that replaces the one in the key. */
export interface MomentoEndpoint {
  /** `host:port` */
  readonly host: string;
  readonly secure: boolean;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads the URL that replaces the control, cache and token endpoints; `undefined` if the text is not such a URL. Plain
 * http is accepted only for this machine, because a token is sent over it.
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
