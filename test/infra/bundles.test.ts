import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Handler } from '../../functions/adapters/runtime';
import type { ExecutionOutput } from '../../functions/contract';
import { type EmbeddedCloud, importToken, startCloud } from '../../local/embedded-cloud';
import { createMachine, type Machine } from '../../local/machine';
import { createSkippingClock } from '../../local/skipping-clock';
import { type FunctionName, functionNames } from '../../statemachine/definition';
import { secretName } from '../cloud';
import { variablesOf } from './enforced';
import { functionIdOf, type Synthesized, withStack } from './template';

// What is deployed, as it is deployed: esbuild's bundles, each in a thread of its own with no other environment than Lambda's.

const threadSource = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { handler } = require(workerData);
  parentPort.on('message', async ({ event, awsRequestId, endsAt }) => {
    const context = { awsRequestId, getRemainingTimeInMillis: () => endsAt - Date.now() };
    try {
      parentPort.postMessage({ result: await handler(event, context) });
    } catch ({ name, message, stack }) {
      parentPort.postMessage({ error: { name, message, stack } });
    }
  });
`;

interface Answer {
  readonly result?: Awaited<ReturnType<Handler>>;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
}

interface Thread {
  readonly handler: Handler;
  stop(): Promise<unknown>;
}

const startThread = (file: string, env: Record<string, string>, lines: string[]): Thread => {
  const worker = new Worker(threadSource, { eval: true, workerData: file, env, stdout: true });
  worker.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  return {
    handler: async (event, context) => {
      const answer = await new Promise<Answer>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
        const { awsRequestId } = context;
        worker.postMessage({ event, awsRequestId, endsAt: Date.now() + context.getRemainingTimeInMillis() });
      });
      if (answer.result) return answer.result;
      throw Object.assign(new Error(answer.error?.message), answer.error);
    },
    stop: () => worker.terminate(),
  };
};

/** Lambda's Node is newer than the oldest that the tests run on. */
const onAnyNode = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

interface Deployed {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly lines: readonly string[];
}

const withDeployed = async <T>(
  { template, assetOf }: Synthesized,
  test: (deployed: Deployed) => Promise<T>,
): Promise<T> => {
  const clock = createSkippingClock();
  const cloud = await startCloud({ clock });
  const lines: string[] = [];
  const { ALERT_TOPIC_ARN: topicArn = '', ...cloudEnv } = cloud.env;
  const threads = functionNames.map((name) => {
    const env = { ...cloudEnv, ...variablesOf(template, name, topicArn), ...onAnyNode };
    return [name, startThread(join(assetOf(functionIdOf(template, name)), 'index.js'), env, lines)] as const;
  });
  try {
    importToken(cloud, secretName, undefined);
    const handlers = Object.fromEntries(threads.map(([name, { handler }]) => [name, handler]));
    const machine = createMachine(handlers as Record<FunctionName, Handler>, clock, cloud.alertTopic);
    return await test({ cloud, machine, lines });
  } finally {
    await Promise.all(threads.map(([, thread]) => thread.stop()));
    await cloud.close();
  }
};

test(
  'the bundles rotate a token, and tell of one that cannot be rotated',
  () =>
    withStack(
      {},
      async (synthesized) => {
        await withDeployed(synthesized, async ({ cloud, machine, lines }) => {
          const result = await machine.start({ momento_auth_token_secret_name: secretName });
          expect([result.status, result.cause]).toEqual(['SUCCEEDED', undefined]);
          expect(result.output as ExecutionOutput).toMatchObject({ outcome: 'rotated', secretName, verified: true });
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
        });
        for (const name of functionNames) {
          const file = join(synthesized.assetOf(functionIdOf(synthesized.template, name)), 'index.js');
          // Lambda's console shows code up to 3 MB, and a bundle that suddenly grows has swallowed something.
          expect(statSync(file).size).toBeLessThan(3_000_000);
        }
      },
      { bundle: true },
    ),
  60_000,
);
