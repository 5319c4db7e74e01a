import { randomUUID } from 'node:crypto';
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { createRules, type Deviations, expectRefusal } from './rules';

export interface Connection {
  readonly client: SecretsManagerClient;
  close(): Promise<void>;
}

/** The rules of AWS Secrets Manager that a rotation builds on. Makes and removes its own secrets. */
export const conformance = (name: string, connect: () => Promise<Connection>, deviations: Deviations = {}): void => {
  describe(`${name} keeps the rules of Secrets Manager`, () => {
    const { rule, checkList } = createRules(deviations);
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

    const uniqueName = (): string => {
      const unique = `rotation-conformance/${randomUUID()}`;
      made.push(unique);
      return unique;
    };

    const create = async (value?: string) => {
      const Name = uniqueName();
      const { ARN, VersionId } = await client.send(
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
      const reply = await client.send(
        new PutSecretValueCommand(VersionStages === undefined ? version : { ...version, VersionStages }),
      );
      return { version: String(reply.VersionId), labels: reply.VersionStages };
    };

    const get = (SecretId: string, which: { VersionId?: string; VersionStage?: string } = {}) =>
      client.send(new GetSecretValueCommand({ SecretId, ...which }));

    const describeSecret = (SecretId: string) => client.send(new DescribeSecretCommand({ SecretId }));

    const labels = async (SecretId: string) => {
      const stages = (await describeSecret(SecretId)).VersionIdsToStages ?? {};
      return Object.fromEntries(Object.entries(stages).map(([version, attached]) => [version, [...attached].sort()]));
    };

    const move = (SecretId: string, VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
      client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage,
          ...(RemoveFromVersionId === undefined ? {} : { RemoveFromVersionId }),
          ...(MoveToVersionId === undefined ? {} : { MoveToVersionId }),
        }),
      );

    const badInput = ['InvalidParameterException', 'ValidationException'];

    describe('creating', () => {
      rule('a secret with a value has one version, labelled AWSCURRENT', async () => {
        const { id, first } = await create('value-one');
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'] });
        expect((await get(id)).SecretString).toBe('value-one');
      });

      rule('a secret without a value has no version', async () => {
        const { id } = await create();
        expect((await describeSecret(id)).VersionIdsToStages).toBeUndefined();
        await expectRefusal(get(id), 'ResourceNotFoundException');
      });

      rule('the ARN ends in the name, a hyphen and six characters', async () => {
        const { id, arn } = await create('value-one');
        expect(arn.split(':secret:')[1]?.replace(/-[A-Za-z0-9]{6}$/, '')).toBe(id);
      });

      rule('a name that is taken is refused', async () => {
        const { id } = await create('value-one');
        await expectRefusal(
          client.send(new CreateSecretCommand({ Name: id, SecretString: 'value-one' })),
          'ResourceExistsException',
        );
      });

      rule('the same name, token and value again succeeds', async () => {
        const secret = { Name: uniqueName(), SecretString: 'value-one', ClientRequestToken: randomUUID() };
        const [one, two] = [
          await client.send(new CreateSecretCommand(secret)),
          await client.send(new CreateSecretCommand(secret)),
        ];
        expect(two).toMatchObject({ ARN: one.ARN, VersionId: one.VersionId });
      });

      rule('a name with other characters than AWS allows is refused', async () => {
        await expectRefusal(client.send(new CreateSecretCommand({ Name: 'not a name' })), ...badInput);
      });
    });

    describe('putting', () => {
      rule('the token becomes the version id', async () => {
        const { id } = await create('value-one');
        const token = 'a-token-that-says-what-it-is-for-0001';
        expect((await put(id, 'value-two', ['AWSPENDING'], token)).version).toBe(token);
        expect((await get(id, { VersionId: token })).SecretString).toBe('value-two');
      });

      rule('the same id and value again succeeds and moves no label', async () => {
        const { id, first } = await create('value-one');
        const { version } = await put(id, 'value-two', ['AWSPENDING']);
        const again = await put(id, 'value-two', ['AWSCURRENT', 'other'], version);
        expect(again).toEqual({ version, labels: ['AWSPENDING'] });
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [version]: ['AWSPENDING'] });
      });

      rule('the same id with another value is refused and changes nothing', async () => {
        const { id } = await create('value-one');
        const { version } = await put(id, 'value-two', ['AWSPENDING']);
        await expectRefusal(put(id, 'value-three', ['AWSPENDING'], version), 'ResourceExistsException');
        expect((await get(id, { VersionId: version })).SecretString).toBe('value-two');
      });

      rule('without labels it moves AWSCURRENT, and AWSPREVIOUS to the version that lost it', async () => {
        const { id, first } = await create('value-one');
        const { version } = await put(id, 'value-two');
        expect(await labels(id)).toEqual({ [first]: ['AWSPREVIOUS'], [version]: ['AWSCURRENT'] });
      });

      rule('with AWSCURRENT among the labels, AWSPREVIOUS follows too', async () => {
        const { id, first } = await create('value-one');
        const { version } = await put(id, 'value-two', ['AWSCURRENT', 'mine']);
        expect(await labels(id)).toEqual({ [first]: ['AWSPREVIOUS'], [version]: ['AWSCURRENT', 'mine'] });
      });

      rule('with other labels it leaves AWSCURRENT alone', async () => {
        const { id, first } = await create('value-one');
        const { version } = await put(id, 'value-two', ['AWSPENDING']);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [version]: ['AWSPENDING'] });
        expect((await get(id)).SecretString).toBe('value-one');
      });

      rule('a label is taken from whichever version has it', async () => {
        const { id, first } = await create('value-one');
        const { version: second } = await put(id, 'value-two', ['one', 'two']);
        const { version: third } = await put(id, 'value-three', ['two', 'three']);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['one'], [third]: ['three', 'two'] });
      });

      rule('the first version gets AWSCURRENT whatever the labels say', async () => {
        const { id } = await create();
        const { version } = await put(id, 'value-one', ['mine']);
        expect(await labels(id)).toEqual({ [version]: ['AWSCURRENT', 'mine'] });
      });

      // Not documented, but recorded from AWS.
      rule('without labels it takes AWSPENDING off the version that loses AWSCURRENT', async () => {
        const { id, first } = await create('value-one');
        const { version: second } = await put(id, 'value-two', ['AWSPENDING', 'mine']);
        await move(id, 'AWSCURRENT', first, second);
        const { version: third } = await put(id, 'value-three');
        expect(await labels(id)).toEqual({ [second]: ['AWSPREVIOUS', 'mine'], [third]: ['AWSCURRENT'] });
      });

      rule('bytes come back as bytes', async () => {
        const { id } = await create();
        await client.send(new PutSecretValueCommand({ SecretId: id, SecretBinary: Buffer.from([0, 1, 254, 255]) }));
        const { SecretBinary, SecretString } = await get(id);
        expect(Buffer.from(SecretBinary ?? []).toString('hex')).toBe('0001feff');
        expect(SecretString).toBeUndefined();
      });

      rule('text and bytes together are refused', async () => {
        const { id } = await create('value-one');
        const both = { SecretId: id, SecretString: 'value-two', SecretBinary: Buffer.from('value-two') };
        await expectRefusal(client.send(new PutSecretValueCommand(both)), ...badInput);
      });

      rule('no value at all is refused', async () => {
        const { id } = await create('value-one');
        const none = { SecretId: id, ClientRequestToken: randomUUID() };
        await expectRefusal(client.send(new PutSecretValueCommand(none)), ...badInput, 'InvalidRequestException');
      });

      rule('65,536 bytes are taken, one more is refused', async () => {
        const { id } = await create('value-one');
        await put(id, 'v'.repeat(65_536), ['AWSPENDING']);
        await expectRefusal(put(id, 'v'.repeat(65_537), ['AWSPENDING']), ...badInput);
      });

      rule('the limit is one of bytes, not of characters', async () => {
        const { id } = await create('value-one');
        await expectRefusal(put(id, 'é'.repeat(32_769), ['AWSPENDING']), ...badInput);
      });

      for (const length of [31, 65]) {
        rule(`a token of ${length} characters is refused`, async () => {
          const { id } = await create('value-one');
          await expectRefusal(put(id, 'value-two', ['AWSPENDING'], 't'.repeat(length)), ...badInput);
        });
      }

      for (const length of [32, 64]) {
        rule(`a token of ${length} characters is taken`, async () => {
          const { id } = await create('value-one');
          const { version } = await put(id, 'value-two', ['AWSPENDING'], 't'.repeat(length));
          expect(version).toBe('t'.repeat(length));
        });
      }

      rule('a label of 256 characters is taken, a longer one refused', async () => {
        const { id } = await create('value-one');
        await put(id, 'value-two', ['l'.repeat(256)]);
        await expectRefusal(put(id, 'value-three', ['l'.repeat(257)]), ...badInput);
      });

      rule('an empty list of labels is refused', async () => {
        const { id } = await create('value-one');
        await expectRefusal(put(id, 'value-two', []), ...badInput);
      });

      rule('more than 20 labels are refused', async () => {
        const { id } = await create('value-one');
        const many = Array.from({ length: 21 }, (_, number) => `label-${number}`);
        await expectRefusal(put(id, 'value-two', many), ...badInput, 'LimitExceededException');
      });

      rule('a secret that does not exist is not found', async () => {
        await expectRefusal(put(`absent/${randomUUID()}`, 'value-one'), 'ResourceNotFoundException');
      });
    });

    describe('reading', () => {
      rule('by id, by label and by both', async () => {
        const { id, first } = await create('value-one');
        const { version } = await put(id, 'value-two', ['AWSPENDING']);
        expect((await get(id, { VersionId: first })).SecretString).toBe('value-one');
        expect((await get(id, { VersionStage: 'AWSPENDING' })).SecretString).toBe('value-two');
        expect(await get(id, { VersionId: version, VersionStage: 'AWSPENDING' })).toMatchObject({
          Name: id,
          VersionId: version,
          SecretString: 'value-two',
          VersionStages: ['AWSPENDING'],
        });
      });

      rule('an id and a label that do not agree are refused', async () => {
        const { id, first } = await create('value-one');
        await put(id, 'value-two', ['AWSPENDING']);
        await expectRefusal(
          get(id, { VersionId: first, VersionStage: 'AWSPENDING' }),
          'InvalidRequestException',
          'ResourceNotFoundException',
        );
      });

      rule('a secret, a version and a label that do not exist are not found', async () => {
        const { id } = await create('value-one');
        await expectRefusal(get(`absent/${randomUUID()}`), 'ResourceNotFoundException');
        await expectRefusal(get(id, { VersionId: randomUUID() }), 'ResourceNotFoundException');
        await expectRefusal(get(id, { VersionStage: 'AWSPENDING' }), 'ResourceNotFoundException');
      });

      rule('a version has its own creation date', async () => {
        const before = Date.now();
        const { id } = await create('value-one');
        const created = (await get(id)).CreatedDate;
        // A real account's clock is not this machine's.
        expect(Math.abs(Number(created) - before)).toBeLessThan(300_000);
      });

      rule('a secret is found by name, by its ARN and by its ARN without the suffix', async () => {
        const { id, arn } = await create('value-one');
        for (const known of [id, arn, arn.slice(0, -7)]) expect((await describeSecret(known)).Name).toBe(id);
      });

      rule('an ARN with another suffix is not found', async () => {
        const { arn } = await create('value-one');
        const other = arn.slice(0, -6) + (arn.endsWith('aaaaaa') ? 'bbbbbb' : 'aaaaaa');
        await expectRefusal(get(other), 'ResourceNotFoundException');
      });

      rule('a secret that was never rotated says nothing of rotation or deletion', async () => {
        const { id, arn } = await create('value-one');
        const described = await describeSecret(id);
        expect(described).toMatchObject({ ARN: arn, Name: id });
        expect(described.RotationEnabled ?? false).toBe(false);
        expect(described.DeletedDate).toBeUndefined();
        expect(described.CreatedDate).toBeInstanceOf(Date);
        expect(described.LastChangedDate).toBeInstanceOf(Date);
      });
    });

    describe('moving labels', () => {
      const twoVersions = async () => {
        const { id, first } = await create('value-one');
        const { version: second } = await put(id, 'value-two', ['AWSPENDING']);
        return { id, first, second };
      };

      rule('AWSCURRENT moves, and AWSPREVIOUS comes to the version that it left', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'AWSCURRENT', first, second);
        expect(await labels(id)).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT', 'AWSPENDING'] });
      });

      rule('AWSCURRENT moves back, and AWSPREVIOUS changes sides', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'AWSCURRENT', first, second);
        await move(id, 'AWSCURRENT', second, first);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING', 'AWSPREVIOUS'] });
      });

      rule('another label than AWSCURRENT leaves AWSPREVIOUS alone', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'AWSPENDING', second, first);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT', 'AWSPENDING'] });
      });

      rule('a label that sits elsewhere is refused without RemoveFromVersionId', async () => {
        const { id, first, second } = await twoVersions();
        await expectRefusal(move(id, 'AWSCURRENT', undefined, second), 'InvalidParameterException');
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
      });

      rule('a RemoveFromVersionId that does not hold the label is refused', async () => {
        const { id, first, second } = await twoVersions();
        const { version: third } = await put(id, 'value-three', ['mine']);
        await expectRefusal(move(id, 'AWSCURRENT', second, third), 'InvalidParameterException');
        await expectRefusal(move(id, 'AWSPENDING', first), 'InvalidParameterException');
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'], [third]: ['mine'] });
      });

      rule('the second of two moves from the same version is refused', async () => {
        const { id, first, second } = await twoVersions();
        const { version: third } = await put(id, 'value-three', ['mine']);
        await move(id, 'AWSCURRENT', first, second);
        await expectRefusal(move(id, 'AWSCURRENT', first, third), 'InvalidParameterException');
        expect((await get(id)).VersionId).toBe(second);
      });

      rule('AWSCURRENT cannot be taken off', async () => {
        const { id, first } = await twoVersions();
        await expectRefusal(move(id, 'AWSCURRENT', first), 'InvalidParameterException');
        expect((await get(id)).VersionId).toBe(first);
      });

      rule('another label can be taken off, and the version stays readable by its id', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'AWSPENDING', second);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'] });
        const unlabelled = await get(id, { VersionId: second });
        expect(unlabelled.SecretString).toBe('value-two');
        expect(unlabelled.VersionStages ?? []).toEqual([]);
      });

      rule('a label that nobody has is attached without RemoveFromVersionId', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'mine', undefined, second);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING', 'mine'] });
      });

      rule('a label that is there already stays there', async () => {
        const { id, first, second } = await twoVersions();
        await move(id, 'AWSPENDING', undefined, second);
        expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
      });

      rule('a MoveToVersionId that does not exist is not found', async () => {
        const { id, first } = await twoVersions();
        await expectRefusal(move(id, 'AWSCURRENT', first, randomUUID()), 'ResourceNotFoundException');
        expect((await get(id)).VersionId).toBe(first);
      });
    });

    describe('listing', () => {
      rule('unlabelled versions are listed on demand only', async () => {
        const { id, first } = await create('value-one');
        const { version: second } = await put(id, 'value-two');
        const { version: third } = await put(id, 'value-three');
        const list = async (IncludeDeprecated: boolean) =>
          (await client.send(new ListSecretVersionIdsCommand({ SecretId: id, IncludeDeprecated }))).Versions ?? [];
        expect((await list(false)).map(({ VersionId }) => VersionId).sort()).toEqual([second, third].sort());
        expect((await list(true)).map(({ VersionId }) => VersionId).sort()).toEqual([first, second, third].sort());
        expect((await list(true)).find(({ VersionId }) => VersionId === first)?.VersionStages ?? []).toEqual([]);
      });

      // Not that one that was just made is among them: the list may lag behind by minutes.
      rule('secrets are listed by name and ARN', async () => {
        await create('value-one');
        const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
        for (const { Name, ARN } of SecretList) expect(ARN).toContain(`:secret:${Name}-`);
      });
    });

    describe('deleting', () => {
      const scheduled = async () => {
        const secret = await create('value-one');
        await client.send(new DeleteSecretCommand({ SecretId: secret.id, RecoveryWindowInDays: 7 }));
        return secret;
      };

      rule('a secret that is scheduled for deletion gives and takes no value', async () => {
        const { id, first } = await scheduled();
        await expectRefusal(get(id), 'InvalidRequestException');
        await expectRefusal(put(id, 'value-two'), 'InvalidRequestException');
        await expectRefusal(move(id, 'mine', undefined, first), 'InvalidRequestException');
      });

      rule('it can still be described', async () => {
        const { id } = await scheduled();
        expect((await describeSecret(id)).DeletedDate).toBeInstanceOf(Date);
      });

      rule('its name cannot be used again', async () => {
        const { id } = await scheduled();
        await expectRefusal(
          client.send(new CreateSecretCommand({ Name: id, SecretString: 'value-one' })),
          'InvalidRequestException',
        );
      });

      rule('it can be restored', async () => {
        const { id } = await scheduled();
        await client.send(new RestoreSecretCommand({ SecretId: id }));
        expect((await get(id)).SecretString).toBe('value-one');
        expect((await describeSecret(id)).DeletedDate).toBeUndefined();
      });

      rule('a recovery window is 7 to 30 days', async () => {
        const { id } = await create('value-one');
        for (const RecoveryWindowInDays of [6, 31]) {
          await expectRefusal(
            client.send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays })),
            ...badInput,
          );
        }
      });

      rule('a window and no recovery exclude each other', async () => {
        const { id } = await create('value-one');
        const both = { SecretId: id, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
        await expectRefusal(client.send(new DeleteSecretCommand(both)), ...badInput);
      });

      rule('without recovery it is gone', async () => {
        const { id } = await create('value-one');
        await client.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }));
        await expectRefusal(describeSecret(id), 'ResourceNotFoundException');
      });

      rule('without recovery, a secret that does not exist is deleted as well', async () => {
        const absent = { SecretId: `absent/${randomUUID()}`, ForceDeleteWithoutRecovery: true };
        await expect(client.send(new DeleteSecretCommand(absent))).resolves.toMatchObject({ Name: absent.SecretId });
      });

      rule('with a recovery window, a secret that does not exist is not found', async () => {
        const absent = { SecretId: `absent/${randomUUID()}` };
        await expectRefusal(client.send(new DeleteSecretCommand(absent)), 'ResourceNotFoundException');
      });
    });

    rule('cancelling a rotation of a secret that does not exist is not found', async () => {
      const absent = { SecretId: `absent/${randomUUID()}` };
      await expectRefusal(client.send(new CancelRotateSecretCommand(absent)), 'ResourceNotFoundException');
    });

    checkList();
  });
};
