import { randomUUID } from 'node:crypto';
import { CancelRotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { createRules, type Deviations, expectRefusal } from './rules';
import { type Connection, useSecrets } from './secrets';
import { deletionRules } from './secrets-manager-deletion';
import { labelRules } from './secrets-manager-labels';
import { readRules } from './secrets-manager-reads';
import { valueRules } from './secrets-manager-values';

/** The rules of AWS Secrets Manager that a rotation depends on. Creates and deletes its own secrets. */
export const conformance = (name: string, connect: () => Promise<Connection>, deviations: Deviations = {}): void => {
  describe(`${name} keeps the rules of Secrets Manager`, () => {
    const { rule, checkList } = createRules(deviations);
    const secrets = useSecrets(connect);

    valueRules(rule, secrets);
    readRules(rule, secrets);
    labelRules(rule, secrets);
    deletionRules(rule, secrets);

    rule('cancelling a rotation of a secret that does not exist is not found', async () => {
      const absent = { SecretId: `absent/${randomUUID()}` };
      await expectRefusal(secrets.send(new CancelRotateSecretCommand(absent)), 'ResourceNotFoundException');
    });

    checkList();
  });
};
