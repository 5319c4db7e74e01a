import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CfnSubscription } from 'aws-cdk-lib/aws-sns';
import type { Environment } from '../../functions/contract/ports';
import { addStack } from '../stack/rotation-app';

/** What the settings ask for, as far as it can be compared with the deployed stack. */
export interface WantedStack {
  readonly name: string;
  readonly secrets: readonly { readonly name: string; readonly isCreated: boolean }[];
  readonly subscriptions: number;
}

/**
 * Checks every setting before the CDK's command line starts, which would print a stack trace besides the sentence.
 * @throws SettingError
 */
export const wantedStack = (context: Readonly<Record<string, unknown>>, env: Environment): WantedStack => {
  const outdir = mkdtempSync(join(tmpdir(), 'token-rotation-'));
  try {
    const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
    const stack = addStack(app, context, env);
    return {
      name: stack.stackName,
      secrets: stack.secrets.map(({ name, isCreated }) => ({ name, isCreated })),
      subscriptions: stack.node.findAll().filter((each) => each instanceof CfnSubscription).length,
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
