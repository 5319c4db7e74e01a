import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecretVersionIds,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { nameOf } from '../../functions/adapters/aws-errors';
import { descriptionIn, versionIn } from '../../functions/adapters/secret-replies';
import type { SecretArn, SecretName, VersionId } from '../../functions/contract/names';
import type { LabelMove, NewVersion, SecretDescription, SecretVersion } from '../../functions/secret/port';
import { Absent, CommandFailed } from '../command/command-failed';
import { asking, itemsOf } from './asking';
import type { TargetAccount } from './target-account';

/** A secret as its operator sees it. */
export interface OperatedSecret extends SecretDescription {
  /** `undefined`: Secrets Manager's own. */
  readonly kmsKeyId: string | undefined;
}

export interface VersionSummary {
  readonly versionId: VersionId;
  readonly labels: readonly string[];
  /** Epoch milliseconds, by Secrets Manager's clock. */
  readonly createdAt: number;
}

/** Secrets Manager, with the operator's own rights. Every call may throw `UsageError` or `CommandFailed`. */
export interface OperatedSecrets {
  /** `undefined`: there is no such secret. */
  describe(secret: string): Promise<OperatedSecret | undefined>;
  /** All versions that there still are, the newest first. */
  versions(secret: SecretArn): Promise<readonly VersionSummary[]>;
  /** `undefined`: there is no such version, or it has no value. */
  read(secret: SecretArn, versionId: VersionId): Promise<SecretVersion | undefined>;
  create(name: string, version: Pick<NewVersion, 'versionId' | 'value'>): Promise<void>;
  put(secret: SecretArn, version: NewVersion): Promise<void>;
  /** `moved`: it is where it was to go, whoever brought it there. `refused`: it is not where `from` says. */
  moveLabel(secret: SecretArn, move: LabelMove): Promise<'moved' | 'refused'>;
}

const unusable = (secret: string) => ({
  InvalidRequestException: (cause: unknown) =>
    new Absent(
      `The secret ${secret} cannot be used as it is: it is scheduled for deletion, is a replica, or belongs to another service. Restore it (aws secretsmanager restore-secret --secret-id ${secret}), or name another one with --secret.`,
      { cause },
    ),
});

const undecipherable = (secret: string) => ({
  DecryptionFailure: (cause: unknown) =>
    new Absent(`The value of ${secret} cannot be decrypted. Look at its key: npx momento-rotation doctor`, { cause }),
});

const senseless = (action: string, secret: string): CommandFailed =>
  new CommandFailed(`Secrets Manager answered ${action} on ${secret} with an unexpected reply. Try again.`);

export const connectSecrets = (account: TargetAccount): OperatedSecrets => {
  const client = new SecretsManagerClient(account.access.configFor('SECRETS_MANAGER'));
  const ask = <T>(action: string, secret: string, call: () => Promise<T>): Promise<T> =>
    asking(account, `secretsmanager:${action}`, secret, call, { ...unusable(secret), ...undecipherable(secret) });

  /** `undefined` where AWS says that there is none. */
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
        // Never left out: without labels, the put would make the value current at once.
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
          if (!['InvalidParameterException', 'ResourceNotFoundException'].includes(nameOf(error))) throw error;
          // An earlier try may have got through, and only its answer was lost.
          const at = (await describe(secret))?.labels.get(label);
          if (to === undefined ? at !== from : at === to) return 'moved';
          // It is where it should be, so it was refused for another reason.
          if (at === from) throw error;
          return 'refused';
        }
      };
      return ask('UpdateSecretVersionStage', secret, call);
    },
  };
};
