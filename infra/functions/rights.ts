import type { FunctionName } from '../../statemachine/definition';

/** What a function may do: one action, on one kind of resource, and the reason. */
export interface Right {
  readonly action: string;
  readonly on: 'the secrets' | 'the secrets’ key' | 'the topic' | 'the topic’s key';
  readonly why: string;
}

const describe = (why: string): Right => ({ action: 'secretsmanager:DescribeSecret', on: 'the secrets', why });
const read = (why: string): Right => ({ action: 'secretsmanager:GetSecretValue', on: 'the secrets', why });
const decrypt: Right = {
  action: 'kms:Decrypt',
  on: 'the secrets’ key',
  why: 'Secrets Manager decrypts values on its behalf',
};

/**
 * The whole table. Rights on a key are granted if there is a customer key. Fetch and Validate cannot write, Promote cannot
 * read a value, Alert cannot reach a secret.
 */
export const rights: Readonly<Record<FunctionName, readonly Right[]>> = {
  Fetch: [
    describe('which versions there are, and which labels they have'),
    read('is the current value a token, and when does it expire'),
    decrypt,
  ],
  Refresh: [
    describe('is there a claim or a new token already'),
    read('the token to refresh, and the last claim'),
    {
      action: 'secretsmanager:ListSecretVersionIds',
      on: 'the secrets',
      why: 'is there room for another version, before a token is asked for',
    },
    { action: 'secretsmanager:PutSecretValue', on: 'the secrets', why: 'claims the refresh, stores the new token' },
    decrypt,
    { action: 'kms:GenerateDataKey', on: 'the secrets’ key', why: 'Secrets Manager encrypts new values on its behalf' },
  ],
  Validate: [read('the token to test'), decrypt],
  Promote: [
    describe('where AWSCURRENT is, if moving it was refused'),
    {
      action: 'secretsmanager:UpdateSecretVersionStage',
      on: 'the secrets',
      why: 'moves AWSCURRENT, takes AWSPENDING off, rolls back',
    },
  ],
  Alert: [
    { action: 'sns:Publish', on: 'the topic', why: 'publishes the alert' },
    { action: 'kms:Decrypt', on: 'the topic’s key', why: 'SNS encrypts the message on its behalf' },
    { action: 'kms:GenerateDataKey', on: 'the topic’s key', why: 'SNS encrypts the message on its behalf' },
  ],
};
