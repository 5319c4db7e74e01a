import type { FunctionName } from '../functions/contract/functions';

/** How large a bundle may be, and why. A test checks this: a larger bundle loads too much. */
export interface Budget {
  readonly bytes: number;
  readonly reason: string;
}

const awsOnly = 'one AWS client with its protocol, signature and retries (about 300 kB), and our step';

export const mostBytes: Readonly<Record<FunctionName, Budget>> = {
  Fetch: { bytes: 340_000, reason: awsOnly },
  Refresh: {
    bytes: 1_340_000,
    reason: 'Momento’s AuthClient (google-protobuf and gRPC, which have no parts, are half of it), and Secrets Manager',
  },
  Validate: {
    bytes: 1_830_000,
    reason: 'Momento’s CacheClient, whose generated messages are 400 kB more, and Secrets Manager',
  },
  Promote: { bytes: 340_000, reason: awsOnly },
  Alert: { bytes: 340_000, reason: awsOnly },
};
