import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { asking } from './asking';
import type { TargetAccount } from './target-account';

/** A key's state as KMS calls it; `Enabled` is the one in which it can be used. `Missing` if there is no such key. */
export const readKeyState = async (account: TargetAccount, keyId: string): Promise<string> => {
  const client = new KMSClient(account.access.configFor('KMS'));
  const describe = async (): Promise<string> => {
    try {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
      return KeyMetadata?.KeyState ?? (KeyMetadata?.Enabled ? 'Enabled' : 'Disabled');
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return 'Missing';
      throw error;
    }
  };
  return asking(account, 'kms:DescribeKey', keyId, describe);
};
