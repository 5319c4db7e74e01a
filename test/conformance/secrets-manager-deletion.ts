import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { refusedMoves } from '../../functions/aws/errors';
import { expectRefusal, poll, type Rule } from './rules';
import { anyRefusal, type Secrets } from './secrets';

/** Secrets that are scheduled for deletion or deleted. */
export const deletionRules = (rule: Rule, { send, create, put, get, describeSecret, move }: Secrets): void => {
  describe('deleting', () => {
    const scheduled = async () => {
      const secret = await create('value-one');
      await send(new DeleteSecretCommand({ SecretId: secret.id, RecoveryWindowInDays: 7 }));
      return secret;
    };

    rule('a secret that is scheduled for deletion gives and takes no value', async () => {
      const { id, first } = await scheduled();
      await expectRefusal(get(id), ...anyRefusal);
      await expectRefusal(put(id, 'value-two'), ...anyRefusal);
      await expectRefusal(move(id, 'mine', undefined, first), ...refusedMoves);
    });

    rule('it can still be described', async () => {
      const { id } = await scheduled();
      expect((await describeSecret(id)).DeletedDate).toBeInstanceOf(Date);
    });

    rule('its name cannot be used again', async () => {
      const { id } = await scheduled();
      await expectRefusal(
        send(new CreateSecretCommand({ Name: id, SecretString: 'value-one' })),
        'InvalidRequestException',
      );
    });

    rule('it can be restored', async () => {
      const { id } = await scheduled();
      await send(new RestoreSecretCommand({ SecretId: id }));
      expect((await get(id)).SecretString).toBe('value-one');
      expect((await describeSecret(id)).DeletedDate).toBeUndefined();
    });

    rule('a recovery window is 7 to 30 days', async () => {
      const { id } = await create('value-one');
      for (const RecoveryWindowInDays of [6, 31]) {
        await expectRefusal(send(new DeleteSecretCommand({ SecretId: id, RecoveryWindowInDays })), ...anyRefusal);
      }
    });

    rule('a window and no recovery exclude each other', async () => {
      const { id } = await create('value-one');
      const both = { SecretId: id, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
      await expectRefusal(send(new DeleteSecretCommand(both)), ...anyRefusal);
    });

    rule('without recovery it is gone', async () => {
      const { id } = await create('value-one');
      await send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }));
      // On AWS it is only scheduled for deletion at first, for less than ten seconds. The last line checks the result.
      await poll(20_000, async () => {
        const isScheduled = await describeSecret(id).then(
          ({ DeletedDate }) => DeletedDate !== undefined,
          ({ name }: Error) => name === 'InvalidRequestException',
        );
        return !isScheduled;
      });
      await expectRefusal(describeSecret(id), 'ResourceNotFoundException');
    });

    rule('without recovery, a secret that does not exist is deleted as well', async () => {
      const absent = { SecretId: `absent/${randomUUID()}`, ForceDeleteWithoutRecovery: true };
      await expect(send(new DeleteSecretCommand(absent))).resolves.toMatchObject({ Name: absent.SecretId });
    });

    rule('with a recovery window, a secret that does not exist is not found', async () => {
      const absent = { SecretId: `absent/${randomUUID()}` };
      await expectRefusal(send(new DeleteSecretCommand(absent)), 'ResourceNotFoundException');
    });
  });
};
