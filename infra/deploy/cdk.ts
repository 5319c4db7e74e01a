import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import cdkJson from '../../cdk.json';
import { explainSetting, readSettings } from '../plan/settings';
import { alignEnvironment, readCdkOptions } from './cdk-options';
import { misplacedSettingIn } from './misplaced-setting';
import type { WantedStack } from './wanted-stack';

// `npm run deploy` and `npm run destroy`: the CDK's command line, after a look at what it needs.

const help = `Usage: npm run deploy -- [options of cdk deploy]
       npm run destroy -- [options of cdk destroy]

Looks for AWS credentials, a region, the CDK's own stack and the secrets (deploy), says in a sentence what is missing or
what goes away, and runs cdk deploy or cdk destroy with your options. Settings: -c NAME=VALUE, see README.md. All options of the CDK:

  npx cdk deploy --help

Exit code 0: done. 1: the CDK failed. 2: something is missing or a setting is wrong. 130: Ctrl-C.
`;

const root = join(__dirname, '..', '..');

const say = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

/** @returns the exit code */
const runCdk = (args: readonly string[]): Promise<number> => {
  const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args];
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
  // Of Ctrl-C the terminal tells it, and it tells how far it had come.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
};

const compare = async (wanted: WantedStack, region: string): Promise<void> => {
  const { compareWithDeployed, inventoryThroughSdk } = await import('./deployed-stack');
  const losses = await compareWithDeployed(inventoryThroughSdk(region), wanted);
  for (const loss of losses) say(loss);
  if (losses.length > 0) say('What -c gave before is not remembered: give it again, or write it into cdk.json.');
};

const main = async ([verb = '', ...args]: readonly string[]): Promise<number> => {
  if (verb !== 'deploy' && verb !== 'destroy') {
    say('Say deploy or destroy. See README.md.');
    return 2;
  }
  const misplaced = misplacedSettingIn(args, process.env);
  if (misplaced !== undefined) {
    say(misplaced);
    return 2;
  }
  const options = readCdkOptions(args, cdkJson.context);
  if (options.wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  const { context } = options;
  process.env = { ...alignEnvironment(process.env, options) };
  // Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { accessThroughSdk, findTarget, isOwnAccount, NotReady, requireBootstrap } = await import('./preflight');
  try {
    const { account, region = process.env.AWS_REGION } = readSettings(context, process.env);
    const wanted = { account, region, profile: process.env.AWS_PROFILE };
    const stack = verb === 'deploy' ? (await import('./wanted-stack')).wantedStack(context, process.env) : undefined;
    const access = accessThroughSdk();
    const target = await findTarget(access, wanted);
    const qualifier = context['@aws-cdk/core:bootstrapQualifier'];
    if (stack !== undefined) {
      await requireBootstrap(access, target, typeof qualifier === 'string' ? qualifier : undefined, wanted);
      if (isOwnAccount(target, wanted)) await compare(stack, target.region);
    }
    process.env.AWS_REGION = target.region;
    say(`cdk ${verb} with credentials of account ${target.account ?? '(not known yet)'} in ${target.region}`);
  } catch (error) {
    const explanation = error instanceof NotReady ? error.message : explainSetting(error, context, process.env);
    if (explanation === undefined) throw error;
    say(explanation);
    return 2;
  }
  return runCdk([verb, ...args]);
};

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
