import { Agent, request } from 'node:http';
import { control } from '@gomomento/generated-types';
import { credentials, Metadata } from '@grpc/grpc-js';

// As many calls as are on a rotation's critical path, one after the other, without the SDKs, the steps and the state
// machine: the share of the network and the embedded services in the time of a rotation.

const agent = new Agent({ keepAlive: true });

const callAws = (endpoint: URL): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: 'AWS4-HMAC-SHA256 unsigned',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.DescribeSecret',
    };
    request(endpoint, { method: 'POST', agent, headers }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end('{"SecretId":"bench/token"}');
  });

let client: control.control_client.ScsControlClient | undefined;

/** An answer that refuses the caller is an answer. */
const callMomento = (host: string): Promise<void> =>
  new Promise((resolve) => {
    client ??= new control.control_client.ScsControlClient(host, credentials.createInsecure());
    client.ListCaches(new control.control_client._ListCachesRequest(), new Metadata(), () => resolve());
  });

export const handler = async ({ aws, momento }: { readonly aws: number; readonly momento: number }) => {
  const { AWS_ENDPOINT_URL = '', MOMENTO_ENDPOINT_OVERRIDE = '' } = process.env;
  for (let call = 0; call < aws; call += 1) await callAws(new URL(AWS_ENDPOINT_URL));
  for (let call = 0; call < momento; call += 1) await callMomento(new URL(MOMENTO_ENDPOINT_OVERRIDE).host);
  return {};
};
