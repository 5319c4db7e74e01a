import { createSecrets } from '../functions/adapters/secrets-manager';
import { createTopic } from '../functions/adapters/sns';
import type { Clock } from '../functions/contract/ports';
import type { ExecutionOutput } from '../functions/contract/rotation';
import type { Sentence } from '../functions/language/sentence';
import type { CloudCall, CloudIntercept } from '../local/cloud/embedded-cloud';
import { inProcessMomento, inProcessSecretsManager, inProcessSns } from '../local/cloud/in-process';
import { createMomento } from '../local/cloud/momento/momento';
import { readKey } from '../local/cloud/momento/momento-keys';
import { createSecretsManager, type SecretsManager } from '../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../local/cloud/sns/sns';
import { interceptable, type Service, ServiceError } from '../local/cloud/wire/service';
import { createMachine, type Execution, wireHandlers } from '../local/machine/machine';
import { createPublish } from '../local/machine/sns-publish';
import { createVirtualTime } from '../local/virtual-time';
import { type Throttles, throttle } from './quotas';
import { takingTime } from './slow-cloud';
import { median, sum } from './statistics';

const start = Date.parse('2026-12-01T03:00:00Z');
const monthSeconds = 30 * 86_400;

/** What a rotation writes when nothing goes wrong: claim, new token, AWSCURRENT, AWSPENDING. */
export const writesPerRotation = 4;

/** The results of executions that start at the same moment, each for its own secret. */
export interface Growth {
  readonly executions: number;
  /** How many ended with a new token that was verified. */
  readonly rotated: number;
  /** Secrets without a labelled version whose token works. */
  readonly lost: number;
  readonly alerts: number;
  /** Until half of them, and until all had ended. */
  readonly medianSeconds: number;
  readonly seconds: number;
  readonly writes: number;
  /** Calls that Secrets Manager refused, including those that were retried. */
  readonly refused: Throttles['refused'];
  /** Secrets on whose new token AWSPENDING was left, for the next execution to remove. */
  readonly untidied: number;
  /** The longest time for which a new token existed in a function's memory only. */
  readonly longestInHandSeconds: number;
}

/** What the SDK's standard mode does with a throttled call: three attempts, with a random pause whose limit doubles. */
const retrying = (service: Service, clock: Clock, random: () => number): Service => ({
  service: service.service,
  call: async (action, input) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await service.call(action, input);
      } catch (error) {
        const throttled = error instanceof ServiceError && error.code === 'ThrottlingException';
        if (!throttled || attempt === 2) throw error;
        await clock.sleep(random() * 1_000 * 2 ** attempt);
      }
    }
  },
});

/** Records how long each new token waits to be stored. */
const watchTokens = (now: () => number) => {
  const since = new Map<unknown, number>();
  const waited: number[] = [];
  const watch: CloudIntercept = async (call, proceed) => {
    const { action, input } = call as CloudCall & { readonly input?: Readonly<Record<string, unknown>> };
    const stages =
      action === 'PutSecretValue' && (input?.VersionStages as string[] | undefined)?.includes('AWSPENDING') === true;
    if (stages && !since.has(input?.SecretId)) since.set(input?.SecretId, now());
    const reply = await proceed();
    if (stages) waited.push(now() - (since.get(input?.SecretId) ?? Number.NaN));
    return reply;
  };
  return { watch, waited };
};

const worksUnderAnyLabel = (
  secretsManager: SecretsManager,
  momento: ReturnType<typeof createMomento>,
  name: string,
): boolean =>
  [...secretsManager.labels(name).values()].some((versionId) => {
    const document = JSON.parse(secretsManager.storedValue(name, versionId) ?? '{}') as { authToken?: string };
    return momento.inspect(readKey(document.authToken ?? '')?.bare ?? '').accepted;
  });

const isRotated = ({ status, output }: Execution): boolean =>
  status === 'SUCCEEDED' && (output as ExecutionOutput).outcome === 'rotated' && (output as ExecutionOutput).verified;

/**
 * Rotates so many secrets at once, in virtual time. Each call takes its time, Secrets Manager's quotas are in force,
 * and Momento accepts each refresh token once and then revokes the old token.
 * @param random for the jitter of all retries
 */
export const grow = async (executions: number, random: () => number): Promise<Growth> => {
  const time = createVirtualTime(start);
  const { clock } = time;
  const { intercept, seen } = throttle(clock.now);
  const { watch, waited } = watchTokens(clock.now);
  const takeTime = takingTime(clock);
  const slow: CloudIntercept = (call, proceed) => takeTime(call, () => intercept(call, proceed));
  const secretsManager = createSecretsManager({ clock });
  const sns = createSns({ clock });
  const momento = createMomento({ clock, refreshTokens: 'singleUseOldKeyDies' });
  const topicArn = String(sns.call('CreateTopic', { Name: 'alerts' }).TopicArn);
  sns.call('Subscribe', { TopicArn: topicArn, Protocol: 'email', Endpoint: 'on-call@example.com' });
  const snsService = interceptable(sns, slow);
  const slowSecrets = interceptable(secretsManager, (call, proceed) => watch(call, () => slow(call, proceed)));
  const secrets = createSecrets(inProcessSecretsManager(retrying(slowSecrets, clock, random)));
  const slowMomento = inProcessMomento(momento, slow);
  const topic = createTopic(inProcessSns(snsService), topicArn as Sentence);
  const names = Array.from({ length: executions }, (_, index) => `bench/token-${index}`);
  for (const Name of names) {
    const SecretString = JSON.stringify(momento.issue({ kind: 'v1', lifeSeconds: monthSeconds }));
    secretsManager.call('CreateSecret', { Name, SecretString, ClientRequestToken: crypto.randomUUID() });
  }
  const env = { DEFAULT_SECRET_NAME: names[0] ?? '', ROTATE_BEFORE: '60d', ALERT_TOPIC_ARN: topicArn };
  const connections = { secrets: () => secrets, momento: () => slowMomento, topic: () => topic };
  const handlers = wireHandlers({ env, clock, write: () => {} }, connections);
  const machine = createMachine(handlers, clock, { arn: topicArn, publish: createPublish(snsService) });
  const ended = await time.run(Promise.all(names.map((secretName) => machine.start({ secretName }, { random }))));
  const ends = ended.map(({ stoppedAt }) => (stoppedAt - start) / 1000);
  return {
    executions,
    rotated: ended.filter(isRotated).length,
    lost: names.filter((name) => !worksUnderAnyLabel(secretsManager, momento, name)).length,
    alerts: sns.deliveries(topicArn).length,
    medianSeconds: median(ends),
    seconds: Math.max(...ends),
    writes: sum(seen.passed.writes.map((count) => count ?? 0)),
    refused: seen.refused,
    untidied: names.filter((name) => secretsManager.labels(name).has('AWSPENDING')).length,
    longestInHandSeconds: Math.max(...waited) / 1000,
  };
};
