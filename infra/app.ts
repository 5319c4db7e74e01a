import { App } from 'aws-cdk-lib';
import { explainSetting } from './plan/settings';
import { addStack } from './stack/rotation-app';

const app = new App();
const context = app.node.getAllContext() as Record<string, unknown>;
try {
  addStack(app, context, process.env);
} catch (error) {
  const explanation = explainSetting(error, context, process.env);
  if (explanation === undefined) throw error;
  process.stderr.write(`${explanation}\n`);
  // At once: the app would go on to write the half that it has.
  process.exit(2);
}
