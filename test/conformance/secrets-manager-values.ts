import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expectRefusal, type Rule } from './rules';
import { anyRefusal, type Secrets } from './secrets';

/** Creating secrets and putting values. */
export const valueRules = (
  rule: Rule,
  { send, uniqueName, create, put, get, describeSecret, labels, move }: Secrets,
): void => {
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
        send(new CreateSecretCommand({ Name: id, SecretString: 'value-one' })),
        'ResourceExistsException',
      );
    });

    rule('the same name, token and value again succeeds', async () => {
      const secret = { Name: uniqueName(), SecretString: 'value-one', ClientRequestToken: randomUUID() };
      const [one, two] = [await send(new CreateSecretCommand(secret)), await send(new CreateSecretCommand(secret))];
      expect(two).toMatchObject({ ARN: one.ARN, VersionId: one.VersionId });
    });

    rule('a name with other characters than AWS allows is refused', async () => {
      await expectRefusal(send(new CreateSecretCommand({ Name: 'not a name' })), 'ValidationException');
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

    rule('a label moves from the version that has it', async () => {
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

    // Not documented, but recorded from AWS. What happens to AWSPENDING on another version is not recorded.
    rule('without labels it removes AWSPENDING from the version that loses AWSCURRENT', async () => {
      const { id, first } = await create('value-one');
      const { version: second } = await put(id, 'value-two', ['AWSPENDING']);
      await move(id, 'AWSCURRENT', first, second);
      const { version: third } = await put(id, 'value-three');
      expect(await labels(id)).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
    });

    rule('bytes come back as bytes', async () => {
      const { id } = await create();
      await send(new PutSecretValueCommand({ SecretId: id, SecretBinary: Buffer.from([0, 1, 254, 255]) }));
      const { SecretBinary, SecretString } = await get(id);
      expect(Buffer.from(SecretBinary ?? []).toString('hex')).toBe('0001feff');
      expect(SecretString).toBeUndefined();
    });

    rule('text and bytes together are refused', async () => {
      const { id } = await create('value-one');
      const both = { SecretId: id, SecretString: 'value-two', SecretBinary: Buffer.from('value-two') };
      await expectRefusal(send(new PutSecretValueCommand(both)), ...anyRefusal);
    });

    rule('no value at all is refused', async () => {
      const { id } = await create('value-one');
      const none = { SecretId: id, ClientRequestToken: randomUUID() };
      await expectRefusal(send(new PutSecretValueCommand(none)), ...anyRefusal);
    });

    rule('65,536 bytes are taken, one more is refused', async () => {
      const { id } = await create('value-one');
      await put(id, 'v'.repeat(65_536), ['AWSPENDING']);
      await expectRefusal(put(id, 'v'.repeat(65_537), ['AWSPENDING']), ...anyRefusal);
    });

    rule('the limit is one of bytes, not of characters', async () => {
      const { id } = await create('value-one');
      await expectRefusal(put(id, 'é'.repeat(32_769), ['AWSPENDING']), ...anyRefusal);
    });

    for (const length of [31, 65]) {
      rule(`a token of ${length} characters is refused`, async () => {
        const { id } = await create('value-one');
        await expectRefusal(put(id, 'value-two', ['AWSPENDING'], 't'.repeat(length)), ...anyRefusal);
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
      await expectRefusal(put(id, 'value-three', ['l'.repeat(257)]), ...anyRefusal);
    });

    rule('an empty list of labels is refused', async () => {
      const { id } = await create('value-one');
      await expectRefusal(put(id, 'value-two', []), ...anyRefusal);
    });

    rule('more than 20 labels are refused', async () => {
      const { id } = await create('value-one');
      const many = Array.from({ length: 21 }, (_, number) => `label-${number}`);
      await expectRefusal(put(id, 'value-two', many), ...anyRefusal);
    });

    rule('a secret that does not exist is not found', async () => {
      await expectRefusal(put(`absent/${randomUUID()}`, 'value-one'), 'ResourceNotFoundException');
    });
  });
};
