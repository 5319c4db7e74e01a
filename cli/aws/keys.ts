import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { asking } from './asking';
import type { TargetAccount } from './target-account';

/** The state of a key in KMS's words, such as `Enabled`; `Missing` if the key does not exist. */
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
