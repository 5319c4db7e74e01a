import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { mostBytes } from '../../bench/budget';
import { type FunctionProcess, startFunction } from '../../bench/function-process';
import type { Handler } from '../../functions/adapters/runtime';
import type { ExecutionOutput } from '../../functions/contract';
import { bundleFunction, filesOf, leftOut } from '../../infra/bundling';
import { MomentoStatus, status } from '../../local/cloud/momento';
import { type CloudIntercept, type EmbeddedCloud, importToken, startCloud } from '../../local/embedded-cloud';
import { createMachine, type Machine } from '../../local/machine';
import { createSkippingClock } from '../../local/skipping-clock';
import { type FunctionName, functionNames } from '../../statemachine/definition';
import { secretName } from '../cloud';
import { variablesOf } from './enforced';
import { functionIdOf, synthesize, type Template, withStack } from './template';
import { createTlsFront } from './tls';

// What is deployed, as it is deployed: esbuild's bundles, each in a process of its own with no other environment than Lambda's.

interface Deployed {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly lines: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const fileOf = (name: FunctionName): string => join(folder, name, 'index.js');
const accounts = new Map<FunctionName, Metafile>();
let template: Template;

beforeAll(async () => {
  template = await synthesize();
  for (const name of functionNames) accounts.set(name, await bundleFunction(name, join(folder, name)));
});

afterAll(() => rmSync(folder, { recursive: true }));

const withDeployed = async (
  options: {
    readonly intercept?: CloudIntercept;
    readonly env?: (
      cloudEnv: Readonly<Record<string, string>>,
    ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  },
  test: (deployed: Deployed) => Promise<void>,
): Promise<void> => {
  const clock = createSkippingClock();
  const cloud = await startCloud({ clock, ...(options.intercept ? { intercept: options.intercept } : {}) });
  const lines: string[] = [];
  const { ALERT_TOPIC_ARN: topicArn = '', ...cloudEnv } = cloud.env;
  const processes: FunctionProcess[] = [];
  try {
    const more = await options.env?.(cloud.env);
    const handlers = await Promise.all(
      functionNames.map(async (name): Promise<[FunctionName, Handler]> => {
        const env = { ...cloudEnv, ...variablesOf(template, name, topicArn), ...more };
        const process = await startFunction(fileOf(name), env, (line) => lines.push(line));
        processes.push(process);
        return [name, process.handler];
      }),
    );
    importToken(cloud, secretName, undefined);
    cloud.takeCalls();
    const machine = createMachine(
      Object.fromEntries(handlers) as Record<FunctionName, Handler>,
      clock,
      cloud.alertTopic,
    );
    await test({ cloud, machine, lines });
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await cloud.close();
  }
};

const endOf = async (machine: Machine) => {
  const { status, cause, output } = await machine.start({ momento_auth_token_secret_name: secretName });
  return { status, cause, ...(output as ExecutionOutput) };
};

const errorsIn = (lines: readonly string[]): string[] =>
  lines.map((line) => (JSON.parse(line) as { error?: string }).error).filter((error) => error !== undefined);

test('synthesis deploys these bundles', () =>
  withStack(
    {},
    ({ template, assetOf }) => {
      for (const name of functionNames) {
        const deployed = readFileSync(join(assetOf(functionIdOf(template, name)), 'index.js'));
        expect([name, deployed.equals(readFileSync(fileOf(name)))]).toEqual([name, true]);
      }
    },
    { bundle: true },
  ));

test('the bundles rotate a token, and tell of one that cannot be rotated', () =>
  withDeployed({}, async ({ cloud, machine, lines }) => {
    expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', secretName, verified: true });
    expect(cloud.takeCalls()).toEqual({ momentoRefresh: 1, momentoCheck: 2, secretReads: 8, secretWrites: 4 });
    expect(lines.every((line) => line.startsWith('{'))).toBe(true);

    cloud.secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString: 'random',
      ClientRequestToken: 'd'.repeat(32),
      VersionStages: ['AWSCURRENT'],
    });
    const failed = await machine.start({});
    // Minified or not: the state machine routes by these names.
    expect([failed.status, failed.error]).toEqual(['FAILED', 'MalformedSecret']);
    expect(cloud.takeAlerts().map(({ subject }) => subject)).toEqual([
      '[critical] Rotation of momento/authentication-token failed: MalformedSecret',
    ]);
  }));

test('the bundles tell Momento’s errors apart, and go on after those that pass', async () => {
  const refusals = new Map([
    ['refresh', [status.RESOURCE_EXHAUSTED, status.RESOURCE_EXHAUSTED]],
    ['listCaches', [status.UNAUTHENTICATED, status.UNAVAILABLE]],
  ]);
  const intercept: CloudIntercept = (call, proceed) => {
    const code = refusals.get(call.action)?.shift();
    if (code === undefined) return proceed();
    throw new MomentoStatus(code, 'made to fail');
  };
  await withDeployed({ intercept }, async ({ machine, lines }) => {
    expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
    expect(errorsIn(lines)).toEqual([
      'MomentoUnavailable',
      'MomentoUnavailable',
      'TokenRejected',
      'MomentoUnavailable',
    ]);
  });
});

test('the bundles test a token by reading from a cache, where that is set', () =>
  withDeployed({ env: () => ({ VALIDATION_CACHE: 'cache' }) }, async ({ machine }) => {
    expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
  }));

test('the bundles speak TLS to Secrets Manager and to Momento, and refuse a certificate that nobody vouches for', async () => {
  const tls = createTlsFront();
  const certificate = join(folder, 'certificate.pem');
  writeFileSync(certificate, tls.cert);
  const overTls = async (cloudEnv: Readonly<Record<string, string>>) => {
    const portOf = (name: string): number => Number(new URL(cloudEnv[name] ?? '').port);
    return {
      AWS_ENDPOINT_URL: await tls.front(portOf('AWS_ENDPOINT_URL'), 'http/1.1'),
      MOMENTO_ENDPOINT_OVERRIDE: await tls.front(portOf('MOMENTO_ENDPOINT_OVERRIDE'), 'h2'),
    };
  };
  try {
    const trusted = async (cloudEnv: Readonly<Record<string, string>>) => ({
      ...(await overTls(cloudEnv)),
      NODE_EXTRA_CA_CERTS: certificate,
    });
    await withDeployed({ env: trusted }, async ({ machine }) => {
      expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
    });
    const untrusted = async (cloudEnv: Readonly<Record<string, string>>) => ({
      MOMENTO_ENDPOINT_OVERRIDE: (await overTls(cloudEnv)).MOMENTO_ENDPOINT_OVERRIDE,
    });
    await withDeployed({ env: untrusted }, async ({ machine, lines }) => {
      await machine.start({});
      expect(errorsIn(lines)[0]).toBe('MomentoUnavailable');
    });
  } finally {
    tls.close();
  }
});

test.each(functionNames)('%s is within its budget, and all that is said to be left out is', (name) => {
  const { inputs = {} } = accounts.get(name) ?? {};
  expect(statSync(fileOf(name)).size).toBeLessThanOrEqual(mostBytes[name].bytes);
  for (const pattern of leftOut[name]) {
    const files = Object.entries(inputs).filter(([path]) => filesOf([pattern]).test(`/${path}`));
    expect([pattern, files.length > 0, files.filter(([, { bytes }]) => bytes > 0)]).toEqual([pattern, true, []]);
  }
});
