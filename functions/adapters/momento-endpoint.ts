import { RotationError } from '../errors';
import { sentence } from '../sentence';

/** Where Momento is, when it is not where the key says. */
export interface MomentoEndpoint {
  /** `host:port` */
  readonly host: string;
  readonly secure: boolean;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads MOMENTO_ENDPOINT_OVERRIDE: a URL to which the control, cache and token endpoints all resolve. Plain http only to
 * this machine, since a token goes over it.
 * @throws InvalidInput
 */
export const parseMomentoEndpoint = (text: string | undefined): MomentoEndpoint | undefined => {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:';
  const bare = url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!url || !bare || !(secure || (url.protocol === 'http:' && loopback.has(url.hostname)))) {
    throw new RotationError(
      'InvalidInput',
      sentence`The setting MOMENTO_ENDPOINT_OVERRIDE is wrong: it must be https://HOST:PORT, or http://127.0.0.1:PORT for a Momento on this machine.`,
    );
  }
  return { host: `${url.hostname}:${url.port || (secure ? '443' : '80')}`, secure };
};
