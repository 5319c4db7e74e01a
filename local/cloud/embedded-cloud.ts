import type { Clock } from '../../functions/contract/ports';
import type { AlertTopic } from '../machine/machine';
import { createPublish } from '../machine/sns-publish';
import type { KeptState } from './kept-state';
import { createMomento, type Momento, type MomentoOptions } from './momento/momento';
import { startMomentoServer } from './momento/momento-grpc';
import {
  createSecretsManager,
  type SecretsManager,
  type SecretsManagerOptions,
} from './secrets-manager/secrets-manager';
import { createSns, type Sns } from './sns/sns';
import { startAwsServer } from './wire/aws-http';
import { interceptable, type Model, type ServiceName } from './wire/service';

/** How many calls the functions made, by kind. */
export interface Calls {
  momentoRefresh: number;
  momentoCheck: number;
  secretReads: number;
  secretWrites: number;
}

/** A call to one of the services, for code that counts calls or makes them fail. */
export interface CloudCall {
  readonly service: ServiceName | 'momento';
  readonly action: string;
  /** For the AWS services: the input as on the wire. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** For Momento: the caller's bare key. */
  readonly apiKey?: string;
}

export type CloudIntercept = <T>(call: CloudCall, proceed: () => Promise<T>) => Promise<T>;

export interface CloudOptions {
  readonly clock: Clock;
  readonly refreshTokens?: MomentoOptions['refreshTokens'];
  readonly propagationMilliseconds?: number;
  readonly intercept?: CloudIntercept;
  readonly unlabelled?: SecretsManagerOptions['unlabelled'];
  /** Stores secrets and Momento's keys beyond the end of the process. */
  readonly state?: Pick<KeptState, 'secretsManager' | 'momento'> | undefined;
}

/** A message to the alert topic, as an e-mail subscriber receives it. */
export interface Alert {
  readonly subject: string;
  readonly body: string;
}

/** The parts of AWS and Momento that a rotation uses, on this machine's loopback address. */
export interface EmbeddedCloud {
  readonly secretsManager: SecretsManager;
  readonly sns: Sns;
  readonly momento: Momento;
  /** Environment variables that direct a function to these services only. */
  readonly env: Readonly<Record<string, string>>;
  /** Adds Step Functions, which needs a state machine that uses this cloud. */
  serveStepFunctions(model: Model): void;
  /** For alerts that the state machine publishes. */
  readonly alertTopic: AlertTopic;
  /** Counts since the last call. */
  takeCalls(): Calls;
  /** Alerts since the last call. */
  takeAlerts(): Alert[];
  close(): Promise<void>;
}

const noCalls = (): Calls => ({ momentoRefresh: 0, momentoCheck: 0, secretReads: 0, secretWrites: 0 });

const reads = new Set(['DescribeSecret', 'GetSecretValue', 'ListSecretVersionIds', 'ListSecrets']);

const countOf = ({ service, action }: CloudCall): keyof Calls | undefined => {
  if (service === 'momento') return action === 'refresh' ? 'momentoRefresh' : 'momentoCheck';
  if (service === 'secretsmanager') return reads.has(action) ? 'secretReads' : 'secretWrites';
  return undefined;
};

export const startCloud = async (options: CloudOptions): Promise<EmbeddedCloud> => {
  const { clock, intercept = (_, proceed) => proceed() } = options;
  let calls = noCalls();
  const counted: CloudIntercept = (call, proceed) => {
    const count = countOf(call);
    if (count !== undefined) calls[count] += 1;
    return intercept(call, proceed);
  };

  const secretsManager = createSecretsManager({
    clock,
    unlabelled: options.unlabelled,
    keeping: options.state?.secretsManager,
  });
  const sns = createSns({ clock });
  const alertTopic = String(sns.call('CreateTopic', { Name: 'momento-token-rotation-alerts' }).TopicArn);
  sns.call('Subscribe', { TopicArn: alertTopic, Protocol: 'email', Endpoint: 'on-call@example.com' });
  let alertsTaken = 0;
  const momento = createMomento({
    clock,
    refreshTokens: options.refreshTokens ?? 'reusable',
    propagationMilliseconds: options.propagationMilliseconds ?? 0,
    keeping: options.state?.momento,
  });
  const snsService = interceptable(sns, counted);
  const aws = await startAwsServer({ secretsManager: interceptable(secretsManager, counted), sns: snsService });
  const grpc = await startMomentoServer(momento, { intercept: counted });

  return {
    secretsManager,
    sns,
    momento,
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: aws.url,
      MOMENTO_ENDPOINT_OVERRIDE: grpc.url,
      ALERT_TOPIC_ARN: alertTopic,
    },
    serveStepFunctions: (model) => aws.serveStepFunctions(model),
    alertTopic: { arn: alertTopic, publish: createPublish(snsService) },
    takeCalls: () => {
      const taken = calls;
      calls = noCalls();
      return taken;
    },
    takeAlerts: () => {
      const deliveries = sns.deliveries(alertTopic).slice(alertsTaken);
      alertsTaken += deliveries.length;
      return deliveries.map(({ subject = '', message }) => ({ subject, body: message }));
    },
    close: async () => {
      await Promise.all([aws.close(), grpc.close()]);
    },
  };
};

/**
 * Creates the secret with its first value: the unchanged text of a token file, or a new token. The embedded Momento
 * then knows the token from the file.
 */
export const importToken = (
  { secretsManager, momento }: Pick<EmbeddedCloud, 'secretsManager' | 'momento'>,
  secretName: string,
  text: string | undefined,
): void => {
  const day = 86_400;
  const document = text ?? JSON.stringify(momento.issue({ kind: 'v1', lifeSeconds: day }), null, 2);
  if (text !== undefined) acceptIfToken(momento, text);
  secretsManager.call('CreateSecret', {
    Name: secretName,
    SecretString: document,
    ClientRequestToken: crypto.randomUUID(),
  });
};

/** Ignores a text that is not a token document: the execution reports what is wrong with it. */
const acceptIfToken = (momento: Momento, text: string): void => {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) momento.accept(document as Record<string, unknown>);
  } catch {
    // Not JSON.
  }
};
