import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { functionIdOf, type Synthesized, type Template, withStack } from './template';

// What is deployed, as it is deployed: esbuild's bundles, each in a process of its own with no other environment than Lambda's.

interface Deployed {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly lines: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
const fileOf = (name: FunctionName): string => join(folder, name, 'index.js');
let template: Template;

beforeAll(async () => {
  const [synthesized] = await Promise.all([
    withStack({}, ({ template }) => template),
    ...functionNames.map((name) => bundleFunction(name, join(folder, name))),
  ]);
  template = synthesized;
});

afterAll(() => rmSync(folder, { recursive: true }));

const withDeployed = async (
  options: {
    readonly intercept?: CloudIntercept;
    readonly env?: (cloudEnv: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  },
  test: (deployed: Deployed) => Promise<void>,
): Promise<void> => {
  const clock = createSkippingClock();
  const cloud = await startCloud({ clock, ...(options.intercept ? { intercept: options.intercept } : {}) });
  const lines: string[] = [];
  const { ALERT_TOPIC_ARN: topicArn = '', ...cloudEnv } = cloud.env;
  const processes: FunctionProcess[] = [];
  try {
    const handlers = await Promise.all(
      functionNames.map(async (name): Promise<[FunctionName, Handler]> => {
        const env = { ...cloudEnv, ...variablesOf(template, name, topicArn), ...options.env?.(cloud.env) };
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
    ({ template, assetOf }: Synthesized) => {
      for (const name of functionNames) {
        const { size } = statSync(join(assetOf(functionIdOf(template, name)), 'index.js'));
        expect([name, size]).toEqual([name, statSync(fileOf(name)).size]);
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

test('the bundles speak TLS, and take a server that does not for one that is not there', () =>
  withDeployed(
    {
      env: ({ MOMENTO_ENDPOINT_OVERRIDE: url = '' }) => ({ MOMENTO_ENDPOINT_OVERRIDE: url.replace('http:', 'https:') }),
    },
    async ({ machine, lines }) => {
      await machine.start({});
      // Whether Momento acted on the request is not known, so the next try meets the claim.
      expect([...new Set(errorsIn(lines))]).toEqual(['MomentoUnavailable', 'ClaimHeld']);
    },
  ));

test.each(functionNames)('%s is within its budget, and all that is said to be left out is', async (name) => {
  const { inputs } = await bundleFunction(name, join(folder, `${name}-again`));
  expect(statSync(fileOf(name)).size).toBeLessThanOrEqual(mostBytes[name].bytes);
  for (const pattern of leftOut[name]) {
    const files = Object.entries(inputs).filter(([path]) => filesOf([pattern]).test(`/${path}`));
    expect([pattern, files.length > 0, files.filter(([, { bytes }]) => bytes > 0)]).toEqual([pattern, true, []]);
  }
});
