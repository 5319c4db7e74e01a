import type { Handler } from '../../functions/adapters/runtime';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { type EmbeddedCloud, importToken, startCloud } from '../../local/cloud/embedded-cloud';
import { startAwsServer } from '../../local/cloud/wire/aws-http';
import { type Intercept, interceptable, type Service, ServiceError } from '../../local/cloud/wire/service';
import { StatesError } from '../../local/interpreter/states-error';
import { createMachine, wireHandlers } from '../../local/machine/machine';
import { createPublish } from '../../local/machine/sns-publish';
import { createSkippingClock } from '../../local/skipping-clock';
import { type Setting, type SettingOptions, secretName } from '../cloud';
import { allows, type Request, roleOf, type Statement, statementsOfRole } from './policies';
import { functionIdOf, resolve, resourcesOf, type Template, theOnly } from './template';

/** A role of the stack, by whose it is. */
export type Actor = FunctionName | 'Machine';

/** A request, and whether the policies of the caller allow it. */
export interface Use extends Request {
  readonly actor: Actor;
  readonly allowed: boolean;
}

/** ARNs of the customer keys that secrets and topic are encrypted with. */
export interface CustomerKeys {
  readonly secretKey?: string;
  readonly topicKey?: string;
}

export const customerKeys = {
  secretKey: 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111',
  topicKey: 'arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222',
};

export interface Enforced extends Setting {
  readonly uses: readonly Use[];
}

export const statementsOf = (template: Template, actor: Actor): Statement[] => {
  const [machineId] = theOnly(template, 'AWS::StepFunctions::StateMachine');
  return statementsOfRole(template, roleOf(template, actor === 'Machine' ? machineId : functionIdOf(template, actor)));
};

/** IAM judges a call that names a secret which is not there by the name that it gives. */
const arnOfSecret = ({ secretsManager }: EmbeddedCloud, id: string): string => {
  try {
    return String(secretsManager.call('DescribeSecret', { SecretId: id }).ARN);
  } catch {
    return id;
  }
};

const viaService = (service: string): Request['context'] => ({
  'kms:ViaService': `${service}.us-east-1.amazonaws.com`,
});

/** What AWS asks IAM about before a service acts: the action itself, and what the service does with a customer key. */
const requestsFor = (action: string, resource: string, { secretKey, topicKey }: CustomerKeys): readonly Request[] => {
  const key = action.startsWith('sns:') ? topicKey : secretKey;
  const service = action.startsWith('sns:') ? 'sns' : 'secretsmanager';
  const ofKey: Readonly<Record<string, readonly string[]>> = {
    'secretsmanager:GetSecretValue': ['kms:Decrypt'],
    'secretsmanager:PutSecretValue': ['kms:GenerateDataKey', 'kms:Decrypt'],
    'sns:Publish': ['kms:GenerateDataKey', 'kms:Decrypt'],
  };
  const uses = key === undefined ? [] : (ofKey[action] ?? []);
  return [
    { action, resource },
    ...uses.map((each) => ({ action: each, resource: key ?? '', context: viaService(service) ?? {} })),
  ];
};

/** The variables that the template gives to a function. The topic is the embedded one. */
export const variablesOf = (template: Template, name: FunctionName, topicArn: string): Record<string, string> => {
  const { Environment } = template.Resources[functionIdOf(template, name)]?.Properties ?? {};
  const { Variables = {} } = (resolve(template, Environment) ?? {}) as { Variables?: Record<string, string> };
  return { ...Variables, ...(Variables.ALERT_TOPIC_ARN ? { ALERT_TOPIC_ARN: topicArn } : {}) };
};

/**
 * The whole machine over the embedded cloud. Functions and machine may do what the template's policies say, and the
 * functions have the template's variables.
 * @returns what runs a test in such a setting
 */
export const enforcing = (template: Template, keys: CustomerKeys) => {
  const statements = new Map(actorsIn(template).map((actor) => [actor, statementsOf(template, actor)]));
  const [topicId] = theOnly(template, 'AWS::SNS::Topic');
  const topicInTemplate = String(resolve(template, { Ref: topicId }));
  const functionArns = new Map(
    functionNames.map((name) => [
      name,
      String(resolve(template, { 'Fn::GetAtt': [functionIdOf(template, name), 'Arn'] })),
    ]),
  );

  return async <T>(options: SettingOptions, test: (enforced: Enforced) => Promise<T>): Promise<T> => {
    const { env: more = {}, document, intercept = (_, proceed) => proceed(), ...cloudOptions } = options;
    const clock = createSkippingClock();
    const cloud = await startCloud({ clock, intercept, ...cloudOptions });
    const uses: Use[] = [];
    const lines: string[] = [];
    const closing: (() => Promise<void>)[] = [() => cloud.close()];

    const ask = (actor: Actor, action: string, resource: string): void => {
      const asked = requestsFor(action, resource, keys).map((request) => ({
        ...request,
        actor,
        allowed: allows(statements.get(actor) ?? [], request),
      }));
      uses.push(...asked);
      if (asked.every(({ allowed }) => allowed)) return;
      throw new ServiceError(
        action.startsWith('sns:') ? 'AuthorizationError' : 'AccessDeniedException',
        'Not authorized.',
      );
    };

    const enforce =
      (actor: Actor): Intercept =>
      async ({ service, action, input }, proceed) => {
        const resource = service === 'sns' ? topicInTemplate : arnOfSecret(cloud, String(input.SecretId));
        ask(actor, `${service}:${action}`, resource);
        return intercept({ service, action, input }, proceed);
      };

    const handlerOf = async (name: FunctionName): Promise<Handler> => {
      const asked = enforce(name);
      const server = await startAwsServer({
        secretsManager: interceptable(cloud.secretsManager, asked),
        sns: interceptable(cloud.sns, asked),
      });
      closing.push(() => server.close());
      const { ALERT_TOPIC_ARN: topicArn = '', ...cloudEnv } = cloud.env;
      const env = { ...cloudEnv, ...variablesOf(template, name, topicArn), AWS_ENDPOINT_URL: server.url, ...more };
      const handler = wireHandlers({ env, clock, write: (line) => lines.push(line) })[name];
      return async (event, context) => {
        try {
          ask('Machine', 'lambda:InvokeFunction', functionArns.get(name) ?? '');
        } catch {
          throw new StatesError('Lambda.AWSLambdaException', 'Not authorized.');
        }
        return handler(event, context);
      };
    };

    try {
      importToken(cloud, secretName, document);
      const handlers = Object.fromEntries(
        await Promise.all(functionNames.map(async (name) => [name, await handlerOf(name)] as const)),
      ) as Record<FunctionName, Handler>;
      const sns: Service = interceptable(cloud.sns, enforce('Machine'));
      const machine = createMachine(handlers, clock, { arn: cloud.alertTopic.arn, publish: createPublish(sns) });
      return await test({ cloud, machine, clock, lines, uses });
    } finally {
      await Promise.all(closing.map((close) => close()));
    }
  };
};

/** What a role is granted of the services that a rotation uses. */
export const grantsOf = (template: Template, actor: Actor): string[] =>
  statementsOf(template, actor)
    .flatMap(({ Action }) => Action)
    .filter((action) => /^(secretsmanager|kms|sns|lambda|states|sqs):/.test(action))
    .sort();

export const actorsIn = (template: Template): Actor[] => {
  if (resourcesOf(template, 'AWS::Lambda::Function').length !== functionNames.length)
    throw new Error('Another function.');
  return [...functionNames, 'Machine'];
};
