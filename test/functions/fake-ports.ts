import { randomUUID } from 'node:crypto';
import { createSecrets } from '../../functions/adapters/secrets-manager';
import { createTopic } from '../../functions/adapters/sns';
import type { SecretName } from '../../functions/contract/names';
import type { Clock, Invocation, LogFields } from '../../functions/contract/ports';
import type { ExecutionOutput, Request } from '../../functions/contract/rotation';
import type { FetchSettings } from '../../functions/contract/settings';
import { fetchRotation } from '../../functions/fetch/fetch';
import type { Sentence } from '../../functions/language/sentence';
import type { Momento as MomentoPort, MomentoPorts } from '../../functions/momento/port';
import type { SecretPorts, Secrets } from '../../functions/secret/port';
import type { CloudCall, CloudIntercept } from '../../local/cloud/embedded-cloud';
import { inProcessMomento, inProcessSecretsManager, inProcessSns } from '../../local/cloud/in-process';
import { createMomento, type IssueOptions, type Momento, type MomentoOptions } from '../../local/cloud/momento/momento';
import type { RandomBytes } from '../../local/cloud/momento/momento-keys';
import { createSecretsManager, type SecretsManager } from '../../local/cloud/secrets-manager/secrets-manager';
import { createSns, type PublishedMessage } from '../../local/cloud/sns/sns';
import { interceptable } from '../../local/cloud/wire/service';
import { createMachine, type Handlers, loadRotation, type Machine, wireHandlers } from '../../local/machine/machine';
import { createPublish } from '../../local/machine/sns-publish';

export const secretName = 'momento/authentication-token' as SecretName;

/**
 * Time that stands still until a step sleeps or calls a service. Deadlines never expire, because nothing hangs here.
 */
export interface TestClock extends Clock {
  pass(milliseconds: number): void;
}

const createClock = (): TestClock => {
  let now = Date.parse('2026-12-01T00:00:00Z');
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      // Tasks that do not sleep continue first, as far as they can.
      await new Promise((resolve) => setImmediate(resolve));
      now += milliseconds;
    },
    deadline: () => ({ expired: new Promise(() => {}), cancel: () => {} }),
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
};

export interface WorldOptions extends Partial<IssueOptions> {
  readonly refreshTokens?: MomentoOptions['refreshTokens'];
  readonly propagationMilliseconds?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The secret's first value, as text. @default a new token's document */
  readonly value?: string | undefined;
  /** For keys. */
  readonly random?: RandomBytes;
  /** Functions instead of the real ones. */
  readonly handlers?: Partial<Handlers>;
}

/** Everything that a rotation meets, in this process and with a clock that tests set. */
export interface World {
  readonly clock: TestClock;
  readonly secretsManager: SecretsManager;
  readonly momento: Momento;
  readonly secrets: Secrets;
  readonly momentoPort: MomentoPort;
  readonly machine: Machine;
  /** What the functions logged, line by line. */
  readonly lines: string[];
  /** Every call to a service so far, such as `GetSecretValue` or `refresh`. */
  readonly calls: CloudCall[];
  /** Stands between the functions and the services. */
  intercept: CloudIntercept;
  /** What was published to the alert topic since the last look. */
  takeAlerts(): readonly PublishedMessage[];
  ports(invocation?: Partial<Invocation>): SecretPorts & MomentoPorts;
  /** Labels and the ids of the versions that carry them. */
  labels(): Record<string, string>;
  /** The document in a version. */
  document(versionId: string | undefined): Record<string, unknown>;
  /** As an operator does: a new token, current at once. Returns its version id. */
  importByHand(options?: Partial<IssueOptions>): string;
  /** As an operator does: a new token under AWSPENDING. Returns its version id. */
  stageByHand(document?: Record<string, unknown>): string;
  moveByHand(label: string, from: string | undefined, to?: string): void;
}

export const day = 86_400;

/** Read once: some tests make thousands of worlds. */
const definitions = new Map<string, ReturnType<typeof loadRotation>>();

const definitionFor = (topicArn: string): ReturnType<typeof loadRotation> => {
  const definition = definitions.get(topicArn) ?? loadRotation(topicArn);
  definitions.set(topicArn, definition);
  return definition;
};

export const createWorld = (options: WorldOptions = {}): World => {
  const clock = createClock();
  const { refreshTokens = 'reusable', propagationMilliseconds = 0, env = {}, value, random } = options;
  const issueOptions: IssueOptions = { kind: 'v1', lifeSeconds: day, ...options };
  const secretsManager = createSecretsManager({ clock });
  const momento = createMomento({ clock, refreshTokens, propagationMilliseconds, ...(random ? { random } : {}) });
  const lines: string[] = [];
  const calls: CloudCall[] = [];

  const counted: CloudIntercept = (call, proceed) => {
    calls.push(call);
    clock.pass(1);
    return world.intercept(call, proceed);
  };
  const secrets = createSecrets(inProcessSecretsManager(interceptable(secretsManager, counted)));
  const momentoPort = inProcessMomento(momento, counted);
  const sns = createSns({ clock });
  const topicArn = String(sns.call('CreateTopic', { Name: 'alerts' }).TopicArn);
  const snsService = interceptable(sns, counted);
  const topic = createTopic(inProcessSns(snsService), topicArn as Sentence);
  let alertsTaken = 0;
  const runtime = {
    env: { DEFAULT_SECRET_NAME: secretName, ...env },
    clock,
    write: (line: string) => lines.push(line),
  };

  const put = (document: Record<string, unknown>, label: string): string => {
    clock.pass(1);
    const versionId = randomUUID();
    const SecretString = JSON.stringify(document);
    secretsManager.call('PutSecretValue', {
      SecretId: secretName,
      SecretString,
      ClientRequestToken: versionId,
      VersionStages: [label],
    });
    clock.pass(1);
    return versionId;
  };

  const world: World = {
    clock,
    secretsManager,
    momento,
    secrets,
    momentoPort,
    machine: createMachine(
      {
        ...wireHandlers(runtime, { secrets: () => secrets, momento: () => momentoPort, topic: () => topic }),
        ...options.handlers,
      },
      clock,
      { arn: topicArn, publish: createPublish(snsService) },
      definitionFor(topicArn),
    ),
    takeAlerts: () => {
      const alerts = sns.published(topicArn).slice(alertsTaken);
      alertsTaken += alerts.length;
      return alerts;
    },
    lines,
    calls,
    intercept: (_, proceed) => proceed(),
    ports: (invocation = {}) => {
      const record =
        (message: string) =>
        (event: string, fields: LogFields | number = {}) => {
          lines.push(JSON.stringify({ message, event, fields }));
        };
      return {
        secrets,
        momento: momentoPort,
        clock,
        log: { info: record('info'), warn: record('warn'), count: record('count'), gauge: record('gauge') },
        invocation: { id: randomUUID(), execution: 'execution-1', remainingMilliseconds: () => 180_000, ...invocation },
      };
    },
    labels: () =>
      Object.fromEntries(
        secretsManager
          .snapshot(secretName)
          .flatMap(({ versionId, labels }) => labels.map((label) => [label, versionId])),
      ),
    document: (versionId) => JSON.parse(secretsManager.storedValue(secretName, versionId ?? '') ?? '{}'),
    importByHand: (changes = {}) => put(momento.issue({ ...issueOptions, ...changes }), 'AWSCURRENT'),
    stageByHand: (document = momento.issue(issueOptions)) => put(document, 'AWSPENDING'),
    moveByHand: (label, from, to) => {
      secretsManager.call('UpdateSecretVersionStage', {
        SecretId: secretName,
        VersionStage: label,
        ...(from === undefined ? {} : { RemoveFromVersionId: from }),
        ...(to === undefined ? {} : { MoveToVersionId: to }),
      });
    },
  };
  secretsManager.call('CreateSecret', {
    Name: secretName,
    SecretString: value ?? JSON.stringify(momento.issue(issueOptions)),
    ClientRequestToken: randomUUID(),
  });
  clock.pass(1000);
  return world;
};

/** The output of an execution that must succeed. */
export const rotate = async (world: World, input: unknown = {}): Promise<ExecutionOutput> => {
  const result = await world.machine.start(input);
  expect([result.status, result.error, result.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  return result.output as ExecutionOutput;
};

/** Fetch alone. */
export const fetchOnce = (
  world: World,
  {
    settings = {},
    request = {},
    ...rest
  }: {
    settings?: Partial<FetchSettings>;
    request?: Partial<Request>;
    tidied?: number;
    startedOver?: boolean;
    executionStartedAt?: number;
    execution?: string;
  } = {},
) =>
  fetchRotation(world.ports(rest.execution === undefined ? {} : { execution: rest.execution }), {
    rotateBefore: 'always',
    skipValidation: false,
    ...settings,
  })({
    request: { secretName, force: false, dryRun: false, ...request },
    executionStartedAt: world.clock.now(),
    tidied: 0,
    startedOver: false,
    ...rest,
  });

/** Counts the calls of one action. */
export const callsOf = (world: World, action: string): number =>
  world.calls.filter((call) => call.action === action).length;
