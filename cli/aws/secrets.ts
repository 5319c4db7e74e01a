import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecretVersionIds,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { descriptionIn, versionIn } from '../../functions/adapters/secret-replies';
import { isRefusedMove, nameOf } from '../../functions/aws/errors';
import type { SecretArn, SecretName, VersionId } from '../../functions/contract/names';
import type { LabelMove, NewVersion, SecretDescription, SecretVersion } from '../../functions/secret/port';
import { Absent, CommandFailed } from '../command/command-failed';
import { asking, itemsOf } from './asking';
import type { TargetAccount } from './target-account';

/** A secret, with what only an operator needs. */
export interface OperatedSecret extends SecretDescription {
  /** `undefined`: the AWS managed key. */
  readonly kmsKeyId: string | undefined;
}

export interface VersionSummary {
  readonly versionId: VersionId;
  readonly labels: readonly string[];
  /** Epoch milliseconds, by Secrets Manager's clock. */
  readonly createdAt: number;
}

/** Secrets Manager with the operator's permissions. Every call may throw `UsageError` or `CommandFailed`. */
export interface OperatedSecrets {
  /** `undefined` if the secret does not exist. */
  describe(secret: string): Promise<OperatedSecret | undefined>;
  /** All versions that are left, also those without labels, the newest first. */
  versions(secret: SecretArn): Promise<readonly VersionSummary[]>;
  /** `undefined` if the version does not exist or has no value. */
  read(secret: SecretArn, versionId: VersionId): Promise<SecretVersion | undefined>;
  create(name: string, version: Pick<NewVersion, 'versionId' | 'value'>): Promise<void>;
  put(secret: SecretArn, version: NewVersion): Promise<void>;
  /** `moved`: the label is on the wanted version, whoever moved it. `refused`: it is not on the version `from`. */
  moveLabel(secret: SecretArn, move: LabelMove): Promise<'moved' | 'refused'>;
}

const unusable = (secret: string) => ({
  InvalidRequestException: (cause: unknown) =>
    new Absent(
      `The secret ${secret} cannot be used: it is scheduled for deletion, is a replica, or belongs to another service. Restore it (aws secretsmanager restore-secret --secret-id ${secret}) or name another one with --secret.`,
      { cause },
    ),
});

const undecipherable = (secret: string) => ({
  DecryptionFailure: (cause: unknown) =>
    new Absent(`The value of ${secret} cannot be decrypted. Check its KMS key: npx momento-rotation doctor`, { cause }),
});

const senseless = (action: string, secret: string): CommandFailed =>
  new CommandFailed(`Secrets Manager returned an unexpected reply to ${action} on ${secret}. Try again.`);

export const connectSecrets = (account: TargetAccount): OperatedSecrets => {
  const client = new SecretsManagerClient(account.access.configFor('SECRETS_MANAGER'));
  const ask = <T>(action: string, secret: string, call: () => Promise<T>): Promise<T> =>
    asking(account, `secretsmanager:${action}`, secret, call, { ...unusable(secret), ...undecipherable(secret) });

  /** `undefined` where AWS says that it does not exist. */
  const orAbsent =
    <T>(call: () => Promise<T>) =>
    async (): Promise<T | undefined> => {
      try {
        return await call();
      } catch (error) {
        if (nameOf(error) === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    };

  const describe = async (secret: string): Promise<OperatedSecret | undefined> => {
    const call = orAbsent(() => client.send(new DescribeSecretCommand({ SecretId: secret })));
    const reply = await ask('DescribeSecret', secret, call);
    if (reply === undefined) return undefined;
    if (reply.DeletedDate !== undefined) throw unusable(secret).InvalidRequestException(undefined);
    const description = descriptionIn(reply, secret as SecretName | SecretArn);
    if (description === undefined) throw senseless('DescribeSecret', secret);
    return { ...description, kmsKeyId: reply.KmsKeyId };
  };

  return {
    describe,

    versions: async (secret) => {
      const pages = paginateListSecretVersionIds({ client }, { SecretId: secret, IncludeDeprecated: true });
      const versions = await ask('ListSecretVersionIds', secret, () => itemsOf(pages, ({ Versions }) => Versions));
      return versions
        .map(({ VersionId: versionId = '', VersionStages = [], CreatedDate }) => ({
          versionId: versionId as VersionId,
          labels: [...VersionStages].sort(),
          createdAt: CreatedDate?.getTime() ?? 0,
        }))
        .sort((one, other) => other.createdAt - one.createdAt);
    },

    read: async (secret, versionId) => {
      const command = new GetSecretValueCommand({ SecretId: secret, VersionId: versionId });
      const reply = await ask(
        'GetSecretValue',
        secret,
        orAbsent(() => client.send(command)),
      );
      if (reply === undefined) return undefined;
      const version = versionIn(reply, versionId);
      if (version === undefined) throw senseless('GetSecretValue', secret);
      return version;
    },

    create: async (name, { versionId, value }) => {
      const command = new CreateSecretCommand({
        Name: name,
        Description: 'A Momento token, rotated by a state machine. Applications read AWSCURRENT.',
        ClientRequestToken: versionId,
        SecretString: value.reveal(),
      });
      await ask('CreateSecret', name, () => client.send(command));
    },

    put: async (secret, { versionId, value, labels }) => {
      const command = new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: versionId,
        SecretString: value.reveal(),
        // Always given: without labels, the put would make the value current.
        VersionStages: [...labels],
      });
      await ask('PutSecretValue', secret, () => client.send(command));
    },

    moveLabel: async (secret, { label, to, from }) => {
      const command = new UpdateSecretVersionStageCommand({
        SecretId: secret,
        VersionStage: label,
        MoveToVersionId: to,
        RemoveFromVersionId: from,
      });
      const call = async (): Promise<'moved' | 'refused'> => {
        try {
          await client.send(command);
          return 'moved';
        } catch (error) {
          if (!isRefusedMove(error)) throw error;
          // An earlier attempt may have succeeded although its reply was lost.
          const at = (await describe(secret))?.labels.get(label);
          if (to === undefined ? at !== from : at === to) return 'moved';
          // The label is still on `from`, so there is another reason for the error.
          if (at === from) throw error;
          return 'refused';
        }
      };
      return ask('UpdateSecretVersionStage', secret, call);
    },
  };
};
