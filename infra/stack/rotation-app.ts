import type { App } from 'aws-cdk-lib';
import type { Environment } from '../../functions/contract/ports';
import { readSettings } from '../plan/settings';
import { defaultStackName } from '../plan/stack-name';
import { TokenRotationStack } from './stack';

/**
 * Adds the stack with the settings from the context and the environment.
 * @throws SettingError
 */
export const addStack = (app: App, context: Readonly<Record<string, unknown>>, env: Environment) => {
  const { stackName, account, region, ...rotation } = readSettings(context, env);
  return new TokenRotationStack(app, defaultStackName, {
    ...rotation,
    description: 'Rotates Momento tokens kept in AWS Secrets Manager',
    ...(stackName ? { stackName } : {}),
    env: { ...(account ? { account } : {}), ...(region ? { region } : {}) },
  });
};
