import { randomUUID } from 'node:crypto';
import type { Calls } from '../local/cloud/embedded-cloud';
import { type Footprint, type FunctionProcess, startFunction } from './function-process';
import { criticalPath, secretName, withSlowCloud } from './slow-cloud';

const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 };

const withFunction = async <T>(
  file: string,
  env: Readonly<Record<string, string>>,
  work: (started: FunctionProcess) => Promise<T>,
): Promise<T> => {
  const started = await startFunction(file, env);
  try {
    return await work(started);
  } finally {
    await started.stop();
  }
};

export interface AloneRun {
  readonly footprint: Footprint;
  readonly calls: Calls;
}

/** Measures a rotation by the single function, in a new process. */
export const rotateAlone = (file: string): Promise<AloneRun> =>
  withSlowCloud((cloud) =>
    withFunction(file, cloud.env, async ({ handler, footprint }) => {
      const { ARN: secret } = cloud.secretsManager.call('DescribeSecret', { SecretId: secretName });
      const versionId = randomUUID();
      cloud.takeCalls();
      for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
        await handler({ step, secret, versionId }, context);
      }
      return { footprint: footprint(), calls: cloud.takeCalls() };
    }),
  );

/** Milliseconds of the calls on the critical path, without SDKs and over open connections. */
export const callBare = (file: string, { runs, warmUps }: { readonly runs: number; readonly warmUps: number }) =>
  withSlowCloud((cloud) =>
    withFunction(file, cloud.env, async ({ handler, footprint }) => {
      for (let run = 0; run < warmUps + runs; run += 1) await handler(criticalPath, context);
      return footprint().callMilliseconds.slice(warmUps);
    }),
  );
