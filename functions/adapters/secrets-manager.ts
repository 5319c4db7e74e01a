import {
  DescribeSecretCommand,
  type DescribeSecretCommandInput,
  type DescribeSecretCommandOutput,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsCommandInput,
  type ListSecretVersionIdsCommandOutput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { type AwsSettings, awsClientConfig, readAwsSettings } from '../aws/client';
import { isDenial, isRefusedMove, nameOf, spokenCodeOf } from '../aws/errors';
import { RotationError } from '../contract/errors';
import type { SecretArn, SecretName, VersionId } from '../contract/names';
import { codeWord, type Sentence, sentence } from '../language/sentence';
import type { SecretDescription, Secrets } from '../secret/port';
import { CURRENT } from '../secret/versions';
import { once, type Runtime } from './runtime';
import { descriptionIn, lastingIn, versionIn } from './secret-replies';

type SecretId = SecretName | SecretArn;

/** What an error code means in every call. AWS's messages are not repeated, because they may quote the request. */
const explain = (error: unknown, action: Sentence, secret: SecretId): RotationError => {
  const code = codeWord(spokenCodeOf(error));
  if (isDenial(error)) {
    return new RotationError(
      'AccessDenied',
      sentence`AWS refused ${action} on ${secret} (${code}). This call changed nothing. AWS gives the same answer if there is no such secret.`,
    );
  }
  switch (nameOf(error)) {
    case 'ResourceNotFoundException':
      return new RotationError('SecretNotFound', sentence`There is no secret ${secret} in this account and region.`);
    case 'InvalidRequestException':
      return new RotationError(
        'SecretNotFound',
        sentence`Secrets Manager does not allow ${action} on ${secret} in its present state (${code}): it is scheduled for deletion, is a replica, or belongs to another service.`,
      );
    case 'ValidationException':
    case 'InvalidParameterException':
      return new RotationError(
        'InvalidInput',
        sentence`Secrets Manager rejected ${action} on ${secret} as invalid (${code}). The secret's name may be wrong.`,
      );
    default:
      return new RotationError(
        'SecretsManagerUnavailable',
        sentence`Secrets Manager could not complete ${action} on ${secret} (${code}).`,
      );
  }
};

const scheduledForDeletion = (secret: SecretId): RotationError =>
  new RotationError(
    'SecretNotFound',
    sentence`The secret ${secret} is scheduled for deletion. To restore it: aws secretsmanager restore-secret --secret-id ${secret}`,
  );

const invalidResponse = (action: Sentence, secret: SecretId): RotationError =>
  new RotationError(
    'SecretsManagerUnavailable',
    sentence`Secrets Manager answered ${action} on ${secret} with an unexpected response.`,
  );

/** The calls of Secrets Manager that a rotation makes. An error's name is AWS's code. */
export interface SecretsManagerApi {
  describeSecret(input: DescribeSecretCommandInput): Promise<Omit<DescribeSecretCommandOutput, '$metadata'>>;
  getSecretValue(input: GetSecretValueCommandInput): Promise<Omit<GetSecretValueCommandOutput, '$metadata'>>;
  listSecretVersionIds(
    input: ListSecretVersionIdsCommandInput,
  ): Promise<Omit<ListSecretVersionIdsCommandOutput, '$metadata'>>;
  putSecretValue(input: PutSecretValueCommandInput): Promise<unknown>;
  updateSecretVersionStage(input: UpdateSecretVersionStageCommandInput): Promise<unknown>;
}

/** Secrets Manager through the AWS SDK. */
const createApi = (settings: AwsSettings): SecretsManagerApi => {
  const client = new SecretsManagerClient(awsClientConfig(settings));
  return {
    describeSecret: (input) => client.send(new DescribeSecretCommand(input)),
    getSecretValue: (input) => client.send(new GetSecretValueCommand(input)),
    listSecretVersionIds: (input) => client.send(new ListSecretVersionIdsCommand(input)),
    putSecretValue: (input) => client.send(new PutSecretValueCommand(input)),
    updateSecretVersionStage: (input) => client.send(new UpdateSecretVersionStageCommand(input)),
  };
};

/** The port over those calls: errors are told apart by code, and outcomes that a step must expect become values. */
export const createSecrets = (api: SecretsManagerApi): Secrets => {
  const read = async (secret: SecretId, which: { VersionId: VersionId } | { VersionStage: string }) => {
    const action = sentence`secretsmanager:GetSecretValue`;
    try {
      const output = await api.getSecretValue({ SecretId: secret, ...which });
      const version = versionIn(output ?? {}, 'VersionId' in which ? which.VersionId : undefined);
      if (version === undefined) throw invalidResponse(action, secret);
      return version;
    } catch (error) {
      if (error instanceof RotationError) throw error;
      if (nameOf(error) === 'ResourceNotFoundException') return undefined;
      throw explain(error, action, secret);
    }
  };

  return {
    async describe(secret): Promise<SecretDescription> {
      const action = sentence`secretsmanager:DescribeSecret`;
      try {
        const output = await api.describeSecret({ SecretId: secret });
        if (output.DeletedDate !== undefined) throw scheduledForDeletion(secret);
        const description = descriptionIn(output, secret);
        if (description === undefined) throw invalidResponse(action, secret);
        return description;
      } catch (error) {
        if (error instanceof RotationError) throw error;
        throw explain(error, action, secret);
      }
    },

    readVersion: (secret, versionId) => read(secret, { VersionId: versionId }),

    readCurrent: (secret) => read(secret, { VersionStage: CURRENT }),

    async countLastingVersions(secret, since) {
      const action = sentence`secretsmanager:ListSecretVersionIds`;
      try {
        let count = 0;
        let NextToken: string | undefined;
        // Some emulators of AWS end the list with an empty token.
        do {
          const page = await api.listSecretVersionIds({
            SecretId: secret,
            // Without this flag, only versions with labels are listed.
            IncludeDeprecated: true,
            ...(NextToken ? { NextToken } : {}),
          });
          count += lastingIn(page, since);
          NextToken = page.NextToken;
        } while (NextToken);
        return count;
      } catch (error) {
        throw explain(error, action, secret);
      }
    },

    async put(secret, { versionId, value, labels }) {
      try {
        await api.putSecretValue({
          SecretId: secret,
          ClientRequestToken: versionId,
          SecretString: value.reveal(),
          // Never leave this out: without labels, the put would make the value current at once.
          VersionStages: [...labels],
        });
        return 'stored';
      } catch (error) {
        if (nameOf(error) === 'ResourceExistsException') return 'exists';
        throw explain(error, sentence`secretsmanager:PutSecretValue`, secret);
      }
    },

    async moveLabel(secret, { label, to, from }) {
      try {
        await api.updateSecretVersionStage({
          SecretId: secret,
          VersionStage: label,
          MoveToVersionId: to,
          RemoveFromVersionId: from,
        });
        return 'moved';
      } catch (error) {
        if (isRefusedMove(error)) return 'refused';
        throw explain(error, sentence`secretsmanager:UpdateSecretVersionStage`, secret);
      }
    },
  };
};

/** The port for a function, created on first use. */
export const connectSecrets = (runtime: Runtime): (() => Secrets) =>
  once(() => createSecrets(createApi(readAwsSettings(runtime.env, 'SECRETS_MANAGER'))));
