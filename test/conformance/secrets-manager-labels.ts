import { randomUUID } from 'node:crypto';
import { refusedMoves } from '../../functions/aws/errors';
import { expectRefusal, poll, type Rule } from './rules';
import type { Secrets } from './secrets';

/** Moving labels, and the labels that move along. */
export const labelRules = (rule: Rule, { create, put, get, describeSecret, labels, move }: Secrets): void => {
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

    rule('a label on another version cannot be moved without RemoveFromVersionId', async () => {
      const { id, first, second } = await twoVersions();
      await expectRefusal(move(id, 'AWSCURRENT', undefined, second), 'InvalidParameterException');
      expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
    });

    rule('a RemoveFromVersionId that does not hold the label is refused', async () => {
      const { id, first, second } = await twoVersions();
      const { version: third } = await put(id, 'value-three', ['mine']);
      await expectRefusal(move(id, 'AWSCURRENT', second, third), ...refusedMoves);
      await expectRefusal(move(id, 'AWSPENDING', first), ...refusedMoves);
      expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'], [third]: ['mine'] });
    });

    rule('the second of two moves from the same version is refused', async () => {
      const { id, first, second } = await twoVersions();
      const { version: third } = await put(id, 'value-three', ['mine']);
      await move(id, 'AWSCURRENT', first, second);
      await expectRefusal(move(id, 'AWSCURRENT', first, third), ...refusedMoves);
      expect((await get(id)).VersionId).toBe(second);
    });

    rule('AWSCURRENT cannot be removed', async () => {
      const { id, first } = await twoVersions();
      await expectRefusal(move(id, 'AWSCURRENT', first), 'InvalidParameterException');
      expect((await get(id)).VersionId).toBe(first);
    });

    rule('another label can be removed, and the version stays readable by its id', async () => {
      const { id, first, second } = await twoVersions();
      await move(id, 'AWSPENDING', second);
      expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'] });
      const unlabelled = await get(id, { VersionId: second });
      expect(unlabelled.SecretString).toBe('value-two');
      expect(unlabelled.VersionStages ?? []).toEqual([]);
    });

    rule('a label that is on no version is attached without RemoveFromVersionId', async () => {
      const { id, first, second } = await twoVersions();
      await move(id, 'mine', undefined, second);
      expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING', 'mine'] });
    });

    rule('a label that is there already stays there', async () => {
      const { id, first, second } = await twoVersions();
      await move(id, 'AWSPENDING', undefined, second);
      expect(await labels(id)).toEqual({ [first]: ['AWSCURRENT'], [second]: ['AWSPENDING'] });
    });

    rule('moving a label changes LastChangedDate', async () => {
      const { id, first, second } = await twoVersions();
      const changed = async () => Number((await describeSecret(id)).LastChangedDate);
      const before = await changed();
      const versions = [first, second];
      // A service may count whole seconds.
      const moved = await poll(2_000, async () => {
        await move(id, 'AWSPENDING', versions[1], versions[0]);
        versions.reverse();
        return (await changed()) > before;
      });
      expect(moved).toBe(true);
    });

    rule('a MoveToVersionId that does not exist is refused', async () => {
      const { id, first } = await twoVersions();
      const absent = randomUUID();
      await expectRefusal(move(id, 'AWSCURRENT', first, absent), ...refusedMoves);
      expect((await get(id)).VersionId).toBe(first);
    });
  });
};
