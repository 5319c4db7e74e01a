import { App } from 'aws-cdk-lib';
import { SettingError } from './setting-error';
import { givenAs, readSettings } from './settings';
import { TokenRotationStack } from './stack';

const app = new App();
const context = app.node.getAllContext() as Record<string, unknown>;
try {
  const { stackName, account, region, ...rotation } = readSettings(context, process.env);
  new TokenRotationStack(app, 'MomentoTokenRotation', {
    ...rotation,
    description: 'Rotates Momento tokens kept in AWS Secrets Manager',
    ...(stackName ? { stackName } : {}),
    env: { ...(account ? { account } : {}), ...(region ? { region } : {}) },
  });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  const { setting, got, allowed } = error;
  const name = givenAs(setting, context, process.env);
  process.stderr.write(`${new SettingError(name, got, allowed).message}\n`);
  // At once: the app would go on to write the half that it has.
  process.exit(2);
}
