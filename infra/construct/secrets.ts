import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PlannedSecret } from '../plan/plan';

/** A secret as the rest of the stack needs it. */
export interface RotatedSecret {
  readonly name: string;
  /** By this stack, without a token in it. */
  readonly isCreated: boolean;
  readonly arn: string;
  /** What a policy calls it: Secrets Manager adds a hyphen and six characters of its own to the name. */
  readonly arnPattern: string;
}

/**
 * Makes the secrets that are to be created, and finds the names of those that are there. The id of a created secret
 * comes from its name alone: under another id CloudFormation would try to make a second secret of that name.
 */
export class Secrets extends Construct {
  readonly all: readonly RotatedSecret[];

  constructor(scope: Construct, id: string, secrets: readonly PlannedSecret[], keyArn: string | undefined) {
    super(scope, id);
    const stack = Stack.of(this);
    const key = keyArn === undefined ? undefined : Key.fromKeyArn(this, 'Key', keyArn);
    this.all = secrets.map(({ name, origin, arn }) => {
      const arnOf = (resourceName: string): string =>
        stack.formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        });
      const isCreated = origin === 'created';
      if (!isCreated) return { name, isCreated, arn: arn ?? arnOf(name), arnPattern: arn ?? arnOf(`${name}-??????`) };
      // Without a value it is filled with random characters. Fetch knows them, and says that no token has been imported yet.
      const secret = new Secret(this, `Secret ${name}`, {
        secretName: name,
        description: 'A Momento token, rotated by a state machine. Applications read AWSCURRENT.',
        removalPolicy: RemovalPolicy.RETAIN,
        ...(key ? { encryptionKey: key } : {}),
      });
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason: 'This stack is the rotation of the secret. Secrets Manager’s own would be a second one.',
      });
      return { name, isCreated, arn: secret.secretArn, arnPattern: arnOf(`${name}-??????`) };
    });
  }
}
