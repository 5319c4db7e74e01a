import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

export interface Connection {
  readonly client: SecretsManagerClient;
  close(): Promise<void>;
}

/**
 * The codes with which AWS may refuse a request: those of the operations' models that can mean a refusal, and the one
 * that AWS uses for patterns. For rules for which no code is recorded.
 */
export const anyRefusal = [
  'InvalidParameterException',
  'InvalidRequestException',
  'LimitExceededException',
  'ValidationException',
];

/** Connects the tests of this block to the service, and deletes their secrets after each test. */
export const useSecrets = (connect: () => Promise<Connection>) => {
  let connection: Connection;
  let client: SecretsManagerClient;
  const made: string[] = [];

  beforeAll(async () => {
    connection = await connect();
    client = connection.client;
  });

  afterEach(async () => {
    for (const SecretId of made.splice(0)) {
      await client
        .send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
        .catch((error: Error) => {
          if (error.name !== 'ResourceNotFoundException') throw error;
        });
    }
  });

  afterAll(async () => {
    await connection.close();
  });

  /** Deferred, because the client exists only when the tests begin. */
  const send = ((command: never) => client.send(command)) as SecretsManagerClient['send'];

  const uniqueName = (): string => {
    const unique = `rotation-conformance/${randomUUID()}`;
    made.push(unique);
    return unique;
  };

  const create = async (value?: string) => {
    const Name = uniqueName();
    const { ARN, VersionId } = await send(
      new CreateSecretCommand({ Name, ...(value === undefined ? {} : { SecretString: value }) }),
    );
    return { id: Name, arn: String(ARN), first: String(VersionId) };
  };

  const put = async (
    SecretId: string,
    SecretString: string,
    VersionStages?: string[],
    token: string = randomUUID(),
  ) => {
    const version = { SecretId, SecretString, ClientRequestToken: token };
    const reply = await send(
      new PutSecretValueCommand(VersionStages === undefined ? version : { ...version, VersionStages }),
    );
    return { version: String(reply.VersionId), labels: reply.VersionStages };
  };

  const get = (SecretId: string, which: { VersionId?: string; VersionStage?: string } = {}) =>
    send(new GetSecretValueCommand({ SecretId, ...which }));

  const describeSecret = (SecretId: string) => send(new DescribeSecretCommand({ SecretId }));

  const labels = async (SecretId: string) => {
    const stages = (await describeSecret(SecretId)).VersionIdsToStages ?? {};
    return Object.fromEntries(Object.entries(stages).map(([version, attached]) => [version, [...attached].sort()]));
  };

  const move = (SecretId: string, VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
    send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        ...(RemoveFromVersionId === undefined ? {} : { RemoveFromVersionId }),
        ...(MoveToVersionId === undefined ? {} : { MoveToVersionId }),
      }),
    );

  return { send, uniqueName, create, put, get, describeSecret, labels, move };
};

export type Secrets = ReturnType<typeof useSecrets>;
