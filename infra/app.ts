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
  // Exit now: otherwise the app would synthesize an incomplete stack.
  process.exit(2);
}
