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

/** How often the functions called what. */
export interface Calls {
  momentoRefresh: number;
  momentoCheck: number;
  secretReads: number;
  secretWrites: number;
}

/** A call to any of the services, for those who count calls or make them fail. */
export interface CloudCall {
  readonly service: ServiceName | 'momento';
  readonly action: string;
  /** Of AWS's services, as it travels on the wire. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Of Momento: the bare key of whoever asks. */
  readonly apiKey?: string;
}

export type CloudIntercept = <T>(call: CloudCall, proceed: () => Promise<T>) => Promise<T>;

export interface CloudOptions {
  readonly clock: Clock;
  readonly refreshTokens?: MomentoOptions['refreshTokens'];
  readonly propagationMilliseconds?: number;
  readonly intercept?: CloudIntercept;
  readonly unlabelled?: SecretsManagerOptions['unlabelled'];
  /** Where secrets and Momento's keys outlive the process. */
  readonly state?: Pick<KeptState, 'secretsManager' | 'momento'> | undefined;
}

/** A message to the alert topic, as a subscriber by e-mail gets it. */
export interface Alert {
  readonly subject: string;
  readonly body: string;
}

/** AWS and Momento on this machine's loopback address: the parts of them that a rotation uses. */
export interface EmbeddedCloud {
  readonly secretsManager: SecretsManager;
  readonly sns: Sns;
  readonly momento: Momento;
  /** The environment variables that lead a function here, and nowhere else. */
  readonly env: Readonly<Record<string, string>>;
  /** Serves Step Functions as well, which needs a state machine over this cloud. */
  serveStepFunctions(model: Model): void;
  /** For the state machine's own publishing. */
  readonly alertTopic: AlertTopic;
  /** Counts since the last look. */
  takeCalls(): Calls;
  /** Alerts since the last look. */
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
 * Makes the secret and gives it a first value: the text of a token file, stored as it is, or a new token. Momento learns of
 * a token that a file brings.
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

/** What is no token document is not Momento's business: the execution will say what is wrong with it. */
const acceptIfToken = (momento: Momento, text: string): void => {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) momento.accept(document as Record<string, unknown>);
  } catch {
    // Not JSON.
  }
};
