import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';

/** Tag, length and content: https://www.itu.int/rec/T-REC-X.690 */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
};

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const time = (text: string): Buffer => der(0x17, Buffer.from(text));
const extension = (id: string, ...value: readonly Buffer[]): Buffer => sequence(oid(id), der(0x04, sequence(...value)));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('localhost')))));
const basicConstraints = extension('551d13', der(0x01, Buffer.from([0xff])));
const alternativeName = extension('551d11', der(0x82, Buffer.from('localhost')));

/** A certificate for `localhost` that signs itself, made for the moment: https://www.rfc-editor.org/rfc/rfc5280 */
const selfSigned = (): { readonly key: string; readonly cert: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    commonName,
    sequence(time('200101000000Z'), time('491231235959Z')),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints, alternativeName)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, createPrivateKey(key)));
  const certificate = sequence(toBeSigned, ecdsaWithSha256, signature).toString('base64');
  return { key, cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n` };
};

export interface TlsFront {
  /** Before a plain server on this port, for a protocol by its ALPN name. @returns the URL by which it speaks TLS */
  front(port: number, protocol: 'h2' | 'http/1.1'): Promise<string>;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly cert: string;
  close(): void;
}

/** Speaks TLS in front of plain servers, with a certificate of its own. */
export const createTlsFront = (): TlsFront => {
  const { key, cert } = selfSigned();
  const closes: (() => void)[] = [];
  return {
    cert,
    front: async (port, protocol) => {
      const server = createServer({ key, cert, ALPNProtocols: [protocol] }, (secure) => {
        const plain = connect(port, '127.0.0.1');
        // An error closes as well.
        secure.on('error', () => {}).on('close', () => plain.destroy());
        plain.on('error', () => {}).on('close', () => secure.destroy());
        secure.pipe(plain).pipe(secure);
        closes.push(() => secure.destroy());
      });
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      closes.push(() => server.close());
      return `https://localhost:${(server.address() as AddressInfo).port}`;
    },
    close: () => {
      for (const close of closes) close();
    },
  };
};
