import { randomUUID } from 'node:crypto';
import { ListSecretsCommand, ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import { expectRefusal, type Rule } from './rules';
import type { Secrets } from './secrets';

/** Reading secrets and versions, by all their names. */
export const readRules = (rule: Rule, { send, create, put, get, describeSecret }: Secrets): void => {
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
      await expectRefusal(get(id, { VersionId: first, VersionStage: 'AWSPENDING' }), 'InvalidRequestException');
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
      // A real account's clock differs from this machine's.
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

  describe('listing', () => {
    rule('unlabelled versions are listed on demand only', async () => {
      const { id, first } = await create('value-one');
      const { version: second } = await put(id, 'value-two');
      const { version: third } = await put(id, 'value-three');
      const list = async (IncludeDeprecated: boolean) =>
        (await send(new ListSecretVersionIdsCommand({ SecretId: id, IncludeDeprecated }))).Versions ?? [];
      expect((await list(false)).map(({ VersionId }) => VersionId).sort()).toEqual([second, third].sort());
      expect((await list(true)).map(({ VersionId }) => VersionId).sort()).toEqual([first, second, third].sort());
      expect((await list(true)).find(({ VersionId }) => VersionId === first)?.VersionStages ?? []).toEqual([]);
    });

    // Does not expect the new secret in the list, which may lag behind by minutes.
    rule('secrets are listed by name and ARN', async () => {
      await create('value-one');
      const { SecretList = [] } = await send(new ListSecretsCommand({}));
      for (const { Name, ARN } of SecretList) expect(ARN).toContain(`:secret:${Name}-`);
    });
  });
};
