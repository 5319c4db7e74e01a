import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import cdkJson from '../../cdk.json';
import { messageOf, runProgram } from '../../terminal/program';
import { UsageError } from '../../terminal/usage-error';
import { explainSetting, readSettings } from '../plan/settings';
import { alignEnvironment, type CdkOptions, readCdkOptions } from './cdk-options';
import { misplacedSettingIn } from './misplaced-setting';
import type { WantedStack } from './wanted-stack';

// `npm run deploy` and `npm run destroy`: the CDK's command line, after a check of what it needs.

const help = `Usage: npm run deploy -- [options of cdk deploy]
       npm run destroy -- [options of cdk destroy]

Checks AWS credentials, region, CDK bootstrap and secrets (deploy), says what is missing or what will be removed, and
runs cdk deploy or cdk destroy with your options. Settings: -c NAME=VALUE, see README.md. All options of the CDK:

  npx cdk deploy --help

Exit codes: 0 success; 1 the CDK failed; 2 something is missing or a setting is invalid; 130 Ctrl-C.
`;

const root = join(__dirname, '..', '..');

const say = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

let child: ChildProcess | undefined;

/** @returns the exit code */
const runCdk = (args: readonly string[]): Promise<number> => {
  const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args];
  const started = spawn(process.execPath, command, { cwd: root, stdio: 'inherit' });
  child = started;
  return new Promise((resolve, reject) => {
    started.on('error', reject);
    started.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
};

const compare = async (wanted: WantedStack, region: string): Promise<void> => {
  const { compareWithDeployed, inventoryThroughSdk } = await import('./deployed-stack');
  const losses = await compareWithDeployed(inventoryThroughSdk(region), wanted);
  for (const loss of losses) say(loss);
  if (losses.length > 0) say('-c settings are not stored: repeat them, or put them under context in cdk.json.');
};

/** @throws UsageError or SettingError if something is missing for the CDK, or a setting is invalid */
const check = async (verb: 'deploy' | 'destroy', { context }: CdkOptions): Promise<void> => {
  const { accessThroughSdk, findTarget, isOwnAccount, requireBootstrap } = await import('./preflight');
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
};

const main = async ([verb = '', ...args]: readonly string[]): Promise<number> => {
  if (verb !== 'deploy' && verb !== 'destroy') throw new UsageError('Use npm run deploy or npm run destroy.');
  const misplaced = misplacedSettingIn(args, process.env);
  if (misplaced !== undefined) throw new UsageError(misplaced);
  const options = readCdkOptions(args, cdkJson.context);
  if (options.wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  process.env = { ...alignEnvironment(process.env, options) };
  // Read by the AWS SDK when it loads: this project supports Node 20.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  try {
    await check(verb, options);
  } catch (error) {
    const explanation = explainSetting(error, options.context, process.env);
    throw explanation === undefined ? error : new UsageError(explanation, { cause: error });
  }
  return runCdk([verb, ...args]);
};

runProgram(main, {
  describeError: messageOf,
  // The terminal sends Ctrl-C to the CDK as well, and the CDK says how far it came.
  onSignal: (signal) => {
    if (child === undefined) return false;
    if (signal !== 'SIGINT') child.kill(signal);
    return true;
  },
});
