import { App } from 'aws-cdk-lib';
import { explainSetting, readSettings } from './settings';
import { TokenRotationStack } from './stack';
import { defaultStackName } from './stack-name';

const app = new App();
const context = app.node.getAllContext() as Record<string, unknown>;
try {
  const { stackName, account, region, ...rotation } = readSettings(context, process.env);
  new TokenRotationStack(app, defaultStackName, {
    ...rotation,
    description: 'Rotates Momento tokens kept in AWS Secrets Manager',
    ...(stackName ? { stackName } : {}),
    env: { ...(account ? { account } : {}), ...(region ? { region } : {}) },
  });
} catch (error) {
  const explanation = explainSetting(error, context, process.env);
  if (explanation === undefined) throw error;
  process.stderr.write(`${explanation}\n`);
  // At once: the app would go on to write the half that it has.
  process.exit(2);
}
