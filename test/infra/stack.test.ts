// All tests of synthesized templates are imported here, because jest loads the CDK anew for each test file, which takes
// two seconds. While jest does not know how long files take, it begins with the largest, and this is the largest.
import './synthesized/alerting';
import './synthesized/bundles';
import './synthesized/costs';
import './synthesized/nag';
import './synthesized/papers';
import './synthesized/publishing';
import './synthesized/rights';
import './synthesized/schedules';
import { Stack } from 'aws-cdk-lib';
import { checkDeadlineMilliseconds, refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import { awsClientConfig } from '../../functions/aws/client';
import { functionNames } from '../../functions/contract/functions';
import { TokenRotation } from '../../infra/construct/token-rotation';
import { functionTable } from '../../infra/functions/table';
import { loadDefinition } from '../../local/interpreter/definition';
import { integrationArns, readDefinitionText } from '../../statemachine/definition';
import { allows, listOf, roleOf, type Statement, statementsIn, statementsOfRole } from './policies';
import {
  alarmsIn,
  allPropertiesIn,
  definitionIn,
  functionIdOf,
  propertiesIn,
  type Resource,
  resolve,
  resourcesOf,
  synthesize,
  type Template,
  theOnly,
} from './template';

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

describe('secrets', () => {
  test('without settings there is one; its id must not change, because another id would replace the secret', () => {
    const [id, secret] = theOnly(template, 'AWS::SecretsManager::Secret');
    expect(id).toBe('RotationSecretsSecretmomentoauthenticationtoken7E63FB61');
    expect(secret).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Name: 'momento/authentication-token' },
    });
    // CloudFormation makes a new value, and makes it current, when this changes.
    expect(secret.Properties.GenerateSecretString).toEqual({});
    expect(secret.Properties).not.toHaveProperty('SecretString');
  });

  test('the id of each depends on its name only, also if names differ in one character', async () => {
    const several = await synthesize({ secretNames: ['b/c', 'b-c', 'momento/authentication-token'] });
    expect(
      resourcesOf(several, 'AWS::SecretsManager::Secret').map(([id, { Properties }]) => [id, Properties.Name]),
    ).toEqual([
      ['RotationSecretsSecretbc2F82FF3E', 'b/c'],
      ['RotationSecretsSecretbc931AE23B', 'b-c'],
      ['RotationSecretsSecretmomentoauthenticationtoken7E63FB61', 'momento/authentication-token'],
    ]);
  });

  test('existing secrets are used, not created', async () => {
    const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs/two-a1B2c3';
    const existing = await synthesize({ existingSecrets: ['theirs/one', arn] });
    expect(resourcesOf(existing, 'AWS::SecretsManager::Secret')).toEqual([]);
    expect(resolve(existing, existing.Outputs.SecretArns?.Value)).toBe(
      `arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs/one,${arn}`,
    );
    const [id] = Object.entries(existing.Resources).find(([name]) => name.includes('FetchRoleDefaultPolicy')) ?? [''];
    const policy = statementsIn(existing, existing.Resources[id] as Resource);
    expect(policy.flatMap(({ Resource: resource }) => listOf(resource))).toEqual(
      expect.arrayContaining(['arn:aws:secretsmanager:us-east-1:123456789012:secret:theirs/one-??????', arn]),
    );
    const inputs = allPropertiesIn(existing, 'AWS::Scheduler::Schedule').map(({ Target }) =>
      JSON.parse(String((Target as { Input: string }).Input)),
    );
    expect(inputs.map(({ secretName }) => secretName)).toEqual(['theirs/one', 'theirs/two']);
  });

  test('a secret of any name gets a schedule and an alarm, even if the name means something to JavaScript or the CDK', async () => {
    const secretNames = ['Group', 'Key', 'Schedulegroup', 'constructor', '__proto__', 'a@b.c+d=e', 'ends-a1B2c3'];
    const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';
    const odd = await synthesize({ secretNames, secretKmsKeyArn: key });
    expect(allPropertiesIn(odd, 'AWS::SecretsManager::Secret').map(({ Name }) => Name)).toEqual(secretNames);
    expect(resourcesOf(odd, 'AWS::Scheduler::Schedule')).toHaveLength(secretNames.length);
    expect(alarmsIn(odd).filter(({ MetricName }) => MetricName === 'succeeded')).toHaveLength(secretNames.length);
  });

  test('a customer managed key encrypts created secrets', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';
    const [, secret] = theOnly(await synthesize({ secretKmsKeyArn: key }), 'AWS::SecretsManager::Secret');
    expect(secret.Properties.KmsKeyId).toBe(key);
  });
});

describe('functions', () => {
  test.each(functionNames)(
    '%s is a bundle for the newest Node on arm64, with its own memory, timeout, role and log',
    (name) => {
      const { Properties } = template.Resources[functionIdOf(template, name)] as Resource;
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: expect.any(Number),
        Timeout: functionTable[name].timeoutSeconds,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: { Ref: expect.stringContaining(`${name}Logs`) } },
        Role: { 'Fn::GetAtt': [expect.stringContaining(`${name}Role`), 'Arn'] },
      });
    },
  );

  test('each has the variables that it reads, and no other', async () => {
    const settings = {
      secretNames: ['first', 'second'],
      schedule: 'rate(12 hours)',
      flexibleWindowMinutes: 30,
      rotateBefore: '7d',
      skipValidation: true,
      validationCache: 'cache',
      momentoEndpoint: 'http://127.0.0.1:9999',
    };
    const full = await synthesize(settings);
    const variablesOf = (name: string) =>
      ((full.Resources[functionIdOf(full, name)]?.Properties.Environment ?? {}) as { Variables?: object }).Variables;
    const endpoint = { MOMENTO_ENDPOINT_OVERRIDE: 'http://127.0.0.1:9999' };
    expect(variablesOf('Fetch')).toEqual({
      DEFAULT_SECRET_NAME: 'first',
      ROTATE_BEFORE: '7d',
      SKIP_VALIDATION: 'true',
    });
    expect(variablesOf('Refresh')).toEqual(endpoint);
    expect(variablesOf('Validate')).toEqual({ VALIDATION_CACHE: 'cache', ...endpoint });
    expect(variablesOf('Promote')).toBeUndefined();
    expect(variablesOf('Alert')).toEqual({
      DEFAULT_SECRET_NAME: 'first',
      ALERT_TOPIC_ARN: { Ref: theOnly(full, 'AWS::SNS::Topic')[0] },
      SCHEDULE_INTERVAL: '45000s',
    });
  });

  test('timeouts nest: those of the SDKs in that of the function', () => {
    const { maxAttempts, requestHandler } = awsClientConfig({
      region: undefined,
      endpoint: undefined,
      credentials: undefined,
    });
    const { connectionTimeout, requestTimeout } = requestHandler;
    const aws = (maxAttempts * (connectionTimeout + requestTimeout)) / 1000;
    const timeoutOf = (name: string) => Number(template.Resources[functionIdOf(template, name)]?.Properties.Timeout);
    for (const name of functionNames) expect(aws).toBeLessThan(timeoutOf(name));
    // The new and the old token, one after the other.
    expect(aws + (2 * checkDeadlineMilliseconds) / 1000).toBeLessThan(timeoutOf('Validate'));
    // With more than a minute left to store what Momento answered.
    expect(refreshDeadlineMilliseconds / 1000 + 90).toBeLessThan(timeoutOf('Refresh'));
  });

  test('timeouts nest: the function in its states, the states in the execution', () => {
    const { States, TimeoutSeconds: whole } = JSON.parse(definitionIn(template)) as {
      States: Record<string, { TimeoutSeconds?: number; Parameters?: { FunctionName?: string } }>;
      TimeoutSeconds: number;
    };
    const calls = Object.values(States).flatMap(({ TimeoutSeconds = 0, Parameters }) =>
      Parameters?.FunctionName ? [{ state: TimeoutSeconds, name: Parameters.FunctionName }] : [],
    );
    expect(calls.length).toBeGreaterThan(9);
    for (const { state, name } of calls) {
      const id = resolve(template, { Ref: functionIdOf(template, /\$\{(\w+)FunctionArn\}/.exec(name)?.[1] ?? '') });
      expect(state).toBeGreaterThan(Number(template.Resources[String(id)]?.Properties.Timeout));
      expect(state).toBeLessThan(whole);
    }
  });
});

describe('the state machine', () => {
  test('is the unchanged file, in any partition, with every placeholder filled', () => {
    const { DefinitionSubstitutions } = propertiesIn(template, 'AWS::StepFunctions::StateMachine');
    const substitutions = resolve(template, DefinitionSubstitutions) as Record<string, string>;
    const filled = definitionIn(template).replace(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name] ?? '?');
    expect(Object.keys(substitutions).sort()).toEqual(
      [...new Set([...definitionIn(template).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort(),
    );
    const { LambdaInvoke, SnsPublish } = integrationArns('aws');
    expect(
      definitionIn(template).replaceAll(`\${LambdaInvoke}`, LambdaInvoke).replaceAll(`\${SnsPublish}`, SnsPublish),
    ).toBe(readDefinitionText());
    expect(definitionIn(template)).not.toContain('arn:');
    expect(() => loadDefinition(JSON.parse(filled))).not.toThrow();
    for (const name of functionNames) {
      expect(substitutions[`${name}FunctionArn`]).toBe(
        `arn:aws:lambda:us-east-1:123456789012:function:${functionIdOf(template, name)}`,
      );
    }
  });

  test('logs every step without data, is traced, and keeps its logs for a while', () => {
    expect(propertiesIn(template, 'AWS::StepFunctions::StateMachine')).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
    const groups = allPropertiesIn(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functionNames.length + 1);
    for (const group of groups) expect(group.RetentionInDays).toBe(30);
  });
});

test.each(functionNames)('%s may write only its own log and traces', (name) => {
  const statements = statementsOfRole(template, roleOf(template, functionIdOf(template, name)));
  const may = (action: string, resource: string): boolean => allows(statements, { action, resource });
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);
  const writable = groups.filter((id) => {
    const stream = `arn:aws:logs:us-east-1:123456789012:log-group:${id}:log-stream:x`;
    return may('logs:CreateLogStream', stream) && may('logs:PutLogEvents', stream);
  });
  expect(writable).toEqual([expect.stringContaining(`${name}Logs`)]);
  expect(may('xray:PutTraceSegments', '*')).toBe(true);
});

test('the machine may have its log delivered, and write its traces', () => {
  const [id] = theOnly(template, 'AWS::StepFunctions::StateMachine');
  const statements = statementsOfRole(template, roleOf(template, id));
  // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, "IAM policies for logging"
  const needed = [
    ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
    ...['ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'].map(
      (each) => `logs:${each}`,
    ),
    ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map(
      (each) => `xray:${each}`,
    ),
  ];
  expect(needed.filter((action) => !allows(statements, { action, resource: '*' }))).toEqual([]);
});

test('the machine’s role can be used for state machines of this account only', () => {
  const [id] = Object.entries(template.Resources).find(
    ([name, { Type }]) => name.includes('MachineRole') && Type === 'AWS::IAM::Role',
  ) ?? [''];
  expect(statementsIn(template, template.Resources[id] as Resource, 'AssumeRolePolicyDocument')).toEqual([
    expect.objectContaining({
      Principal: { Service: 'states.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:states:us-east-1:123456789012:stateMachine:*' },
      },
    }),
  ]);
});

const isTls = ({ Effect, Condition }: Statement): boolean =>
  Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

test('topic and queue refuse requests without TLS', () => {
  for (const type of ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']) {
    expect(statementsIn(template, theOnly(template, type)[1]).filter(isTls)).toHaveLength(1);
  }
});

test('the outputs name the state machine, the topic, the secrets and the schedules', async () => {
  const several = await synthesize({ secretNames: ['a', 'b'] });
  const names = ['StateMachineArn', 'AlertTopicArn', 'SecretArns', 'ScheduleNames', 'Version'];
  expect(Object.keys(several.Outputs).filter((name) => !name.startsWith('Next'))).toEqual(names);
  const values = names.map((name) => String(resolve(several, several.Outputs[name]?.Value)));
  expect(values.map((value) => value.split(',').length)).toEqual([1, 1, 2, 2, 1]);
});

const nextSteps = (from: Template): Record<string, string> =>
  Object.fromEntries(
    Object.entries(from.Outputs)
      .filter(([name]) => name.startsWith('Next'))
      .map(([name, { Value }]) => [name, String(resolve(from, Value))]),
  );

test('the outputs list the next steps: complete commands', async () => {
  const steps = nextSteps(template);
  expect(Object.keys(steps)).toEqual(['Next1ImportToken', 'Next2BeAlerted', 'Next3Rotate', 'Next4Watch']);
  const where = /^npx momento-rotation (import|rotate) --stack MomentoTokenRotation --region \S+$/;
  expect([where.exec(steps.Next1ImportToken ?? '')?.[1], where.exec(steps.Next3Rotate ?? '')?.[1]]).toEqual([
    'import',
    'rotate',
  ]);
  expect(steps.Next2BeAlerted).toMatch(/ --topic-arn \S+ --protocol email /);
  expect(steps.Next4Watch).toMatch(
    /^https:\/\/console\.aws\.amazon\.com\/states\/home\?region=\S+#\/statemachines\/view\/\S+$/,
  );
});

test('next steps: e-mail recipients must confirm, and nothing is imported into an existing secret', async () => {
  const steps = nextSteps(
    await synthesize({ existingSecrets: ['there/already'], alertEmails: ['a@example.com', 'b@example.com'] }),
  );
  expect(Object.keys(steps)).toEqual(['Next2ConfirmEmail', 'Next3Rotate', 'Next4Watch']);
  expect(steps.Next2ConfirmEmail).toContain('a@example.com, b@example.com');
  const queue = { alertSubscriptions: ['arn:aws:sqs:eu-west-1:111122223333:alerts'] };
  expect(Object.keys(nextSteps(await synthesize(queue)))).toEqual(['Next1ImportToken', 'Next3Rotate', 'Next4Watch']);
});

test('two constructs in one stack share no name', async () => {
  const two = await synthesize((app) => {
    const stack = new Stack(app, 'Theirs');
    new TokenRotation(stack, 'One', { secretNames: ['one'] });
    new TokenRotation(stack, 'Two', { secretNames: ['two'] });
    return stack;
  });
  const nameFields = ['AlarmName', 'LogGroupName', 'DashboardName'];
  const names = Object.values(two.Resources).flatMap(({ Type, Properties }) =>
    nameFields.flatMap((field) => (typeof Properties[field] === 'string' ? [`${Type} ${Properties[field]}`] : [])),
  );
  expect(names).toContain('AWS::CloudWatch::Alarm Theirs/One alert not sent');
  expect(new Set(names).size).toBe(names.length);
});
