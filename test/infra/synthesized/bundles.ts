import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostBytes } from '../../../bench/budget';
import { functionNames } from '../../../functions/contract/functions';
import { filesOf } from '../../../infra/functions/bundling';
import { functionTable } from '../../../infra/functions/table';
import type { CloudIntercept } from '../../../local/cloud/embedded-cloud';
import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { ServiceError } from '../../../local/cloud/wire/service';
import type { Machine } from '../../../local/machine/machine';
import { secretName, withCloud } from '../../cloud';
import { type Bundles, bundleFunctions, endOf, errorsIn, failuresIn } from '../bundled';
import { createTlsFront } from '../tls';

// That synthesis deploys these: ../../proofs/bundles.test.ts.

let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleFunctions();
});

afterAll(() => bundles.remove());

test('the bundles rotate a token, and alert about one that cannot be rotated', () =>
  bundles.withDeployed({}, async ({ cloud, machine, lines }) => {
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

/** Refusals of Momento and AWS, and an unexpected failure. */
const provokeErrors = () => {
  const refusals = new Map([
    ['refresh', [status.RESOURCE_EXHAUSTED, status.RESOURCE_EXHAUSTED]],
    ['listCaches', [status.UNAUTHENTICATED, status.UNAVAILABLE]],
  ]);
  let denies = false;
  const intercept: CloudIntercept = (call, proceed) => {
    if (denies && call.action === 'DescribeSecret') throw new ServiceError('AccessDeniedException', 'made to fail');
    const code = refusals.get(call.action)?.shift();
    if (code === undefined) return proceed();
    throw new MomentoStatus(code, 'made to fail');
  };
  const provoke = async ({ machine, lines }: { readonly machine: Machine; readonly lines: readonly string[] }) => {
    expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
    denies = true;
    const denied = await machine.start({ momento_auth_token_secret_name: secretName });
    // Incomplete, as no state machine sends it.
    const rotation = { secretName, secretArn: secretName, currentVersionId: 'a', candidateVersionId: 'b' };
    const crashed = await machine.redrive({
      ...denied,
      reached: { stateName: 'Refresh', data: { rotation }, variables: {} },
    });
    return { denied, crashed, errors: errorsIn(lines), failures: failuresIn(lines) };
  };
  return { intercept, provoke };
};

test('bundles and sources have the same error names and log the same about errors', async () => {
  const ofSources = provokeErrors();
  const sources = await withCloud(ofSources, ofSources.provoke);
  const ofBundles = provokeErrors();
  await bundles.withDeployed(ofBundles, async (deployed) => {
    const { denied, crashed, errors, failures } = await ofBundles.provoke(deployed);
    const ofMomento = ['MomentoUnavailable', 'MomentoUnavailable', 'TokenRejected', 'MomentoUnavailable'];
    expect(errors.slice(0, ofMomento.length)).toEqual(ofMomento);
    expect(new Set(errors.slice(ofMomento.length))).toEqual(new Set(['AccessDenied', 'TypeError']));
    expect([denied.error, crashed.error]).toEqual(['AccessDenied', 'TypeError']);
    expect(failures).toEqual(sources.failures);
    // A bundle has few and long lines, so only the function's name tells the place.
    expect(denied.cause).toContain('at async readCurrentVersion ');
  });
});

test('the bundles test a token by a read from a cache, if one is set', () =>
  bundles.withDeployed({ env: () => ({ VALIDATION_CACHE: 'cache' }) }, async ({ machine }) => {
    expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
  }));

test('the bundles speak TLS to Secrets Manager and to Momento, and refuse an untrusted certificate', async () => {
  const tls = createTlsFront();
  const certificate = join(bundles.folder, 'certificate.pem');
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
    await bundles.withDeployed({ env: trusted }, async ({ machine }) => {
      expect(await endOf(machine)).toMatchObject({ status: 'SUCCEEDED', outcome: 'rotated', verified: true });
    });
    const untrusted = async (cloudEnv: Readonly<Record<string, string>>) => ({
      MOMENTO_ENDPOINT_OVERRIDE: (await overTls(cloudEnv)).MOMENTO_ENDPOINT_OVERRIDE,
    });
    await bundles.withDeployed({ env: untrusted }, async ({ machine, lines }) => {
      await machine.start({});
      expect(errorsIn(lines)[0]).toBe('MomentoUnavailable');
    });
  } finally {
    tls.close();
  }
});

test.each(functionNames)('%s is within its budget, and omits all files that the table leaves out', (name) => {
  const { inputs = {} } = bundles.accounts.get(name) ?? {};
  expect(statSync(bundles.fileOf(name)).size).toBeLessThanOrEqual(mostBytes[name].bytes);
  for (const pattern of functionTable[name].leftOut) {
    const files = Object.entries(inputs).filter(([path]) => filesOf([pattern]).test(`/${path}`));
    expect([pattern, files.length > 0, files.filter(([, { bytes }]) => bytes > 0)]).toEqual([pattern, true, []]);
  }
});
