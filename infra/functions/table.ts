import type { FunctionName } from '../../functions/contract/functions';
import { refreshTimeoutSeconds } from '../../functions/contract/timing';

/** What a function may do: one action on one kind of resource, and the reason. */
export interface Right {
  readonly action: string;
  readonly on: 'the secrets' | "the secrets' key" | 'the topic' | "the topic's key";
  readonly why: string;
}

/** The environment variables that the stack sets, besides Lambda's own. */
export type Variable =
  | 'ALERT_TOPIC_ARN'
  | 'DEFAULT_SECRET_NAME'
  | 'MOMENTO_ENDPOINT_OVERRIDE'
  | 'ROTATE_BEFORE'
  | 'SCHEDULE_INTERVAL'
  | 'SKIP_VALIDATION'
  | 'VALIDATION_CACHE';

/** All that the deployment needs to know of a function, besides its code. */
interface FunctionEntry {
  /** Task states wait longer; the SDKs' own timeouts are shorter. */
  readonly timeoutSeconds: number;
  /** In MB. */
  readonly memorySize: number;
  readonly rights: readonly Right[];
  readonly variables: readonly Variable[];
  /** Patterns of files in `node_modules`, without `.js`, that are empty modules in its bundle. */
  readonly leftOut: readonly string[];
}

const describe = (why: string): Right => ({ action: 'secretsmanager:DescribeSecret', on: 'the secrets', why });
const read = (why: string): Right => ({ action: 'secretsmanager:GetSecretValue', on: 'the secrets', why });
const decrypt: Right = {
  action: 'kms:Decrypt',
  on: "the secrets' key",
  why: 'Secrets Manager decrypts values on its behalf',
};

const sdk = '@gomomento/sdk/dist/src';
const types = '@gomomento/generated-types/dist';

/** Lambda gives a function its credentials in variables, so the SDK never looks for them elsewhere. */
const otherCredentials = [
  '@aws-sdk/credential-provider-(sso|ini|login|process|web-identity|http)/.+',
  '@smithy/credential-provider-imds/.+',
];

/** What Momento's SDK loads for its other clients, and gRPC for servers. */
const otherClients = [
  `${sdk}/(topic|preview-[a-z]+)-client`,
  `${sdk}/batchutils/.+`,
  `${sdk}/config/middleware/(impl/)?(experimental|cache-request)-[a-z-]+`,
  `${types}/(cacheping|cachepubsub|function|function_types|leaderboard|webhook)`,
  '@grpc/grpc-js/build/src/server(-call|-interceptors)?',
  '@grpc/proto-loader/build/src/index',
];

/**
 * At least three times the most that these functions take: 60 MB, on Node 24 70 MB (`npm run bench`, not measured on
 * Lambda). Lambda gives processor time with memory.
 */
const small = 256;

/** With Momento's SDK, functions take up to 87 MB, and three times as long to load. */
const large = 512;

/**
 * The functions. Rights on a key are granted if there is a customer managed key. Fetch and Validate cannot write,
 * Promote cannot read a value, Alert cannot reach a secret.
 */
export const functionTable: Readonly<Record<FunctionName, FunctionEntry>> = {
  Fetch: {
    timeoutSeconds: 60,
    memorySize: small,
    rights: [
      describe('which versions there are, and which labels they have'),
      read('checks that the current value is a token, and when it expires'),
      decrypt,
    ],
    variables: ['DEFAULT_SECRET_NAME', 'ROTATE_BEFORE', 'SKIP_VALIDATION'],
    leftOut: otherCredentials,
  },
  Refresh: {
    timeoutSeconds: refreshTimeoutSeconds,
    memorySize: large,
    rights: [
      describe('checks for a claim or a new token'),
      read('the token to refresh, and the last claim'),
      {
        action: 'secretsmanager:ListSecretVersionIds',
        on: 'the secrets',
        why: 'checks for room for another version before a token is requested',
      },
      { action: 'secretsmanager:PutSecretValue', on: 'the secrets', why: 'claims the refresh, stores the new token' },
      decrypt,
      {
        action: 'kms:GenerateDataKey',
        on: "the secrets' key",
        why: 'Secrets Manager encrypts new values on its behalf',
      },
    ],
    variables: ['MOMENTO_ENDPOINT_OVERRIDE'],
    leftOut: [...otherCredentials, ...otherClients, `${sdk}/cache-client`, `${types}/(cacheclient|controlclient)`],
  },
  Validate: {
    timeoutSeconds: 60,
    memorySize: large,
    rights: [read('the token to test'), decrypt],
    variables: ['VALIDATION_CACHE', 'MOMENTO_ENDPOINT_OVERRIDE'],
    leftOut: [...otherCredentials, ...otherClients, `${sdk}/auth-client`, `${types}/(auth|permissionmessages|token)`],
  },
  Promote: {
    timeoutSeconds: 60,
    memorySize: small,
    rights: [
      describe('where AWSCURRENT is, if moving it was refused'),
      {
        action: 'secretsmanager:UpdateSecretVersionStage',
        on: 'the secrets',
        why: 'moves AWSCURRENT, removes AWSPENDING, rolls back',
      },
    ],
    variables: [],
    leftOut: otherCredentials,
  },
  Alert: {
    timeoutSeconds: 60,
    memorySize: small,
    rights: [
      { action: 'sns:Publish', on: 'the topic', why: 'publishes the alert' },
      { action: 'kms:Decrypt', on: "the topic's key", why: 'SNS encrypts the message on its behalf' },
      { action: 'kms:GenerateDataKey', on: "the topic's key", why: 'SNS encrypts the message on its behalf' },
    ],
    variables: ['DEFAULT_SECRET_NAME', 'ALERT_TOPIC_ARN', 'SCHEDULE_INTERVAL'],
    leftOut: otherCredentials,
  },
};
