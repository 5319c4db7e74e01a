import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Reach } from '../deployment/deployment';
import { asking } from './asking';

/** A key's state as KMS calls it; `Enabled` is the one in which it can be used. `Missing` if there is no such key. */
export const readKeyState = async (reach: Reach, keyId: string): Promise<string> => {
  const client = new KMSClient(reach.access.configFor('KMS'));
  const describe = async (): Promise<string> => {
    try {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
      return KeyMetadata?.KeyState ?? (KeyMetadata?.Enabled ? 'Enabled' : 'Disabled');
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return 'Missing';
      throw error;
    }
  };
  return asking(reach, 'kms:DescribeKey', keyId, describe);
};
