import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { PlannedSecret } from '../plan/plan';

/** A secret as the rest of the stack needs it. */
export interface RotatedSecret {
  readonly name: string;
  /** Whether this stack creates the secret, without a token in it. */
  readonly isCreated: boolean;
  readonly arn: string;
  /** The ARN for policies: Secrets Manager appends a hyphen and six random characters to the name. */
  readonly arnPattern: string;
}

/**
 * Creates the new secrets and refers to the existing ones. The construct id of a created secret depends only on its
 * name: under another id, CloudFormation would try to create a second secret of the same name.
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
      // Without a value, CDK generates a random string. Fetch recognises it and says that no token has been imported
      // yet.
      const secret = new Secret(this, `Secret ${name}`, {
        secretName: name,
        description: 'A Momento token, rotated by a state machine. Applications read AWSCURRENT.',
        removalPolicy: RemovalPolicy.RETAIN,
        ...(key ? { encryptionKey: key } : {}),
      });
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason: 'This stack rotates the secret. Secrets Manager automatic rotation would be a second rotation.',
      });
      return { name, isCreated, arn: secret.secretArn, arnPattern: arnOf(`${name}-??????`) };
    });
  }
}
