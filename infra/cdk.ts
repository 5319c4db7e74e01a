import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import cdkJson from '../cdk.json';
import { readCdkOptions } from './cdk-options';
import { SettingError } from './setting-error';
import { givenAs, readSettings } from './settings';

// `npm run deploy` and `npm run destroy`: the CDK's command line, after a look at what it needs.

const help = `Usage: npm run deploy -- [options of cdk deploy]
       npm run destroy -- [options of cdk destroy]

Looks for AWS credentials, a region and the CDK's own stack (deploy), says in a sentence what is missing, and runs
cdk deploy or cdk destroy with your options. Settings: -c NAME=VALUE, see README.md. All options of the CDK:

  npx cdk deploy --help

Exit code 0: done. 1: the CDK failed. 2: something is missing or a setting is wrong. 130: Ctrl-C.
`;

const root = join(__dirname, '..');

const fail = (sentence: string): number => {
  process.stderr.write(`${sentence}\n`);
  return 2;
};

/** @returns the exit code */
const runCdk = (args: readonly string[]): Promise<number> => {
  // It hears of Ctrl-C by itself, and tells how far it had come.
  process.on('SIGINT', () => {});
  const child = spawn(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
};

const main = async ([verb = '', ...args]: readonly string[]): Promise<number> => {
  if (verb !== 'deploy' && verb !== 'destroy') return fail('Say deploy or destroy. See README.md.');
  const { context, profile, wantsHelp } = readCdkOptions(args, cdkJson.context);
  if (wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { accessThroughSdk, findTarget, NotReady, requireBootstrap } = await import('./preflight');
  try {
    const settings = readSettings(context, process.env);
    const access = accessThroughSdk();
    const target = await findTarget(access, settings);
    const qualifier = context['@aws-cdk/core:bootstrapQualifier'];
    if (verb === 'deploy')
      await requireBootstrap(access, target, typeof qualifier === 'string' ? qualifier : 'hnb659fds');
    process.stderr.write(`cdk ${verb} in account ${target.account}, ${target.region}\n`);
  } catch (error) {
    if (error instanceof NotReady) return fail(error.message);
    if (!(error instanceof SettingError)) throw error;
    const { setting, got, allowed } = error;
    return fail(new SettingError(givenAs(setting, context, process.env), got, allowed).message);
  }
  return runCdk([verb, ...args]);
};

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
