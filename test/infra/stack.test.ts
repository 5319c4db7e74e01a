import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { awsClientConfig } from '../../functions/adapters/aws-client';
import { checkDeadlineMilliseconds, refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import { functionTimeoutSeconds, type Metric } from '../../functions/contract';
import { TokenRotation } from '../../infra/token-rotation';
import { loadDefinition } from '../../local/states-language/definition';
import { functionNames, readDefinitionText } from '../../statemachine/definition';
import { allows, listOf, roleOf, type Statement, statementsIn, statementsOfRole } from './policies';
import { functionIdOf, type Resource, resolve, resourcesOf, synthesize, type Template, theOnly } from './template';

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

const propertiesOf = (type: string): Record<string, unknown> => theOnly(template, type)[1].Properties;
const propertiesOfAll = (type: string, from = template): Record<string, unknown>[] =>
  resourcesOf(from, type).map(([, { Properties }]) => Properties);

describe('secrets', () => {
  test('without settings there is one, whose id never changes: another id would replace it', () => {
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

  test('the id of each comes from its name alone, whatever else there is, and also where names differ in a sign only', async () => {
    const several = await synthesize({ secretNames: ['b/c', 'b-c', 'momento/authentication-token'] });
    expect(
      resourcesOf(several, 'AWS::SecretsManager::Secret').map(([id, { Properties }]) => [id, Properties.Name]),
    ).toEqual([
      ['RotationSecretsSecretbc2F82FF3E', 'b/c'],
      ['RotationSecretsSecretbc931AE23B', 'b-c'],
      ['RotationSecretsSecretmomentoauthenticationtoken7E63FB61', 'momento/authentication-token'],
    ]);
  });

  test('those that are there already are taken over, not made', async () => {
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
    const inputs = propertiesOfAll('AWS::Scheduler::Schedule', existing).map(({ Target }) =>
      JSON.parse(String((Target as { Input: string }).Input)),
    );
    expect(inputs.map(({ secretName }) => secretName)).toEqual(['theirs/one', 'theirs/two']);
  });

  test('any name will do', async () => {
    const secretNames = ['Group', 'Key', 'Schedulegroup', 'constructor', '__proto__', 'a@b.c+d=e', 'ends-a1B2c3'];
    const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';
    const odd = await synthesize({ secretNames, secretKmsKeyArn: key });
    expect(propertiesOfAll('AWS::SecretsManager::Secret', odd).map(({ Name }) => Name)).toEqual(secretNames);
    expect(resourcesOf(odd, 'AWS::Scheduler::Schedule')).toHaveLength(secretNames.length);
    expect(alarmsIn(odd).filter(({ MetricName }) => MetricName === 'succeeded')).toHaveLength(secretNames.length);
  });

  test('a customer key encrypts those that are made', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';
    const [, secret] = theOnly(await synthesize({ secretKmsKeyArn: key }), 'AWS::SecretsManager::Secret');
    expect(secret.Properties.KmsKeyId).toBe(key);
  });
});

describe('functions', () => {
  test.each(functionNames)(
    '%s is a bundle for the newest Node on arm64, with a memory, a timeout, a role and a log of its own',
    (name) => {
      const { Properties } = template.Resources[functionIdOf(template, name)] as Resource;
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: expect.any(Number),
        Timeout: functionTimeoutSeconds[name.toLowerCase() as Lowercase<typeof name>],
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

  test('timeouts nest: the SDKs’ in the function’s', () => {
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
    // With minutes left to store what Momento answered.
    expect(refreshDeadlineMilliseconds / 1000 + 120).toBeLessThan(timeoutOf('Refresh'));
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

const definitionIn = (from: Template): string =>
  String(theOnly(from, 'AWS::StepFunctions::StateMachine')[1].Properties.DefinitionString);

describe('the state machine', () => {
  test('is the file as it stands, in any partition, with every placeholder filled', () => {
    const { DefinitionSubstitutions } = propertiesOf('AWS::StepFunctions::StateMachine');
    const substitutions = resolve(template, DefinitionSubstitutions) as Record<string, string>;
    const filled = definitionIn(template).replace(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name] ?? '?');
    expect(Object.keys(substitutions).sort()).toEqual(
      [...new Set([...definitionIn(template).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort(),
    );
    expect(definitionIn(template).replaceAll(`\${Partition}`, 'aws')).toBe(readDefinitionText());
    expect(() => loadDefinition(JSON.parse(filled))).not.toThrow();
    for (const name of functionNames) {
      expect(substitutions[`${name}FunctionArn`]).toBe(
        `arn:aws:lambda:us-east-1:123456789012:function:${functionIdOf(template, name)}`,
      );
    }
  });

  test('logs every step without data, is traced, and keeps its logs for a while', () => {
    expect(propertiesOf('AWS::StepFunctions::StateMachine')).toMatchObject({
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
    const groups = propertiesOfAll('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functionNames.length + 1);
    for (const group of groups) expect(group.RetentionInDays).toBe(30);
  });
});

describe('schedules', () => {
  interface Target {
    readonly Input: string;
    readonly RetryPolicy: object;
    readonly DeadLetterConfig: { readonly Arn: unknown };
    readonly Arn: unknown;
    readonly RoleArn: { readonly 'Fn::GetAtt': [string] };
  }
  const targetOf = (schedule: Record<string, unknown>): Target => schedule.Target as Target;

  test('one for each secret, in a group of their own, with few tries and a dead-letter queue', async () => {
    const several = await synthesize({
      secretNames: ['a', 'b'],
      schedule: 'cron(0 9 * * ? *)',
      timeZone: 'Europe/Berlin',
      flexibleWindowMinutes: 15,
    });
    const schedules = propertiesOfAll('AWS::Scheduler::Schedule', several);
    const [, group] = theOnly(several, 'AWS::Scheduler::ScheduleGroup');
    const [queueId] = theOnly(several, 'AWS::SQS::Queue');
    expect(schedules).toHaveLength(2);
    for (const schedule of schedules) {
      expect(schedule).toMatchObject({
        ScheduleExpression: 'cron(0 9 * * ? *)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
        State: 'ENABLED',
        GroupName: group.Properties.Name,
      });
      const { RetryPolicy, DeadLetterConfig } = targetOf(schedule);
      expect(RetryPolicy).toEqual({ MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 });
      expect(DeadLetterConfig.Arn).toEqual({ 'Fn::GetAtt': [queueId, 'Arn'] });
    }
    expect(schedules.map((each) => JSON.parse(targetOf(each).Input))).toEqual(
      ['a', 'b'].map((secretName) => ({ secretName, scheduledTime: '<aws.scheduler.scheduled-time>' })),
    );
  });

  test('their role starts the state machine and fills the dead-letter queue, for this group only', () => {
    const [schedule = {}] = propertiesOfAll('AWS::Scheduler::Schedule');
    const [roleId] = targetOf(schedule).RoleArn['Fn::GetAtt'];
    const [groupId] = theOnly(template, 'AWS::Scheduler::ScheduleGroup');
    const [queueId] = theOnly(template, 'AWS::SQS::Queue');
    const trust = statementsIn(template, template.Resources[roleId] as Resource, 'AssumeRolePolicyDocument');
    expect(trust).toEqual([
      expect.objectContaining({
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': '123456789012',
            'aws:SourceArn': `arn:aws:scheduler:us-east-1:123456789012:schedule-group/${groupId}`,
          },
        },
      }),
    ]);
    expect(statementsOfRole(template, roleId).map(({ Action, Resource: resource }) => [Action, resource])).toEqual([
      ['states:StartExecution', resolve(template, targetOf(schedule).Arn)],
      ['sqs:SendMessage', `arn:aws:sqs:us-east-1:123456789012:${queueId}`],
    ]);
  });

  test('the input is one that Fetch takes, and dry where runs are too rare for an alarm', async () => {
    const rare = await synthesize({ schedule: 'rate(30 days)' });
    const schedules = propertiesOfAll('AWS::Scheduler::Schedule', rare);
    expect(schedules.map((each) => [each.ScheduleExpression, JSON.parse(targetOf(each).Input).dryRun])).toEqual([
      ['rate(30 days)', undefined],
      ['rate(1 day)', true],
    ]);
    const watched = alarmsIn(rare).filter(({ MetricName }) => MetricName === 'checked' || MetricName === 'succeeded');
    expect(watched.map(({ MetricName, EvaluationPeriods }) => [MetricName, EvaluationPeriods])).toEqual([
      ['checked', 51],
    ]);
  });
});

const alarmsIn = (from: Template): Record<string, unknown>[] => propertiesOfAll('AWS::CloudWatch::Alarm', from);

const isTls = ({ Effect, Condition }: Statement): boolean =>
  Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';

test.each(functionNames)('%s may write its own log and its traces, and nobody else’s', (name) => {
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

test('whoever leaves messages in the dead-letter queue may: rules, subscriptions, and the schedules by their role', async () => {
  const subscribed = await synthesize({ alertSubscriptions: ['https://example.com/alerts'] });
  const [queueId, queue] = theOnly(subscribed, 'AWS::SQS::Queue');
  expect(queue.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
  const policy = statementsIn(subscribed, theOnly(subscribed, 'AWS::SQS::QueuePolicy')[1]);
  const may = (service: string, sourceArn: string): boolean =>
    allows(
      policy.filter(({ Principal }) => (Principal as { Service?: string }).Service === service),
      {
        action: 'sqs:SendMessage',
        resource: `arn:aws:sqs:us-east-1:123456789012:${queueId}`,
        context: { 'aws:SourceAccount': '123456789012', 'aws:SourceArn': sourceArn },
      },
    );
  for (const [id, { Properties }] of resourcesOf(subscribed, 'AWS::Events::Rule')) {
    expect(may('events.amazonaws.com', `arn:aws:events:us-east-1:123456789012:rule/${id}`)).toBe(true);
    const [target] = Properties.Targets as [{ DeadLetterConfig: object }];
    expect(target.DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': [queueId, 'Arn'] } });
  }
  expect(may('events.amazonaws.com', 'arn:aws:events:us-east-1:210987654321:rule/x')).toBe(false);
  const topicArn = String(resolve(subscribed, { Ref: theOnly(subscribed, 'AWS::SNS::Topic')[0] }));
  expect(may('sns.amazonaws.com', topicArn)).toBe(true);
});

test('topic and queue refuse what does not come over TLS', () => {
  for (const type of ['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']) {
    expect(statementsIn(template, theOnly(template, type)[1]).filter(isTls)).toHaveLength(1);
  }
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

describe('what no state can catch', () => {
  const rules = () =>
    propertiesOfAll('AWS::Events::Rule').map((each) => resolve(template, each) as Record<string, unknown>);
  const detailOf = (rule: Record<string, unknown>) => (rule.EventPattern as { detail: Record<string, unknown> }).detail;

  test('a timeout and an abort are told, and failures that pass no Catch; no other failure, which tells itself', () => {
    const [machine] = theOnly(template, 'AWS::StepFunctions::StateMachine');
    const stateMachineArn = [`arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`];
    expect(rules().map(detailOf)).toEqual([
      { stateMachineArn, status: ['TIMED_OUT', 'ABORTED'] },
      { stateMachineArn, status: ['FAILED'], error: ['States.Runtime', 'States.DataLimitExceeded'] },
    ]);
  });

  test('the message is an alert as programs know it, without the execution’s input and output', () => {
    for (const { Targets } of rules()) {
      const [{ InputTransformer }] = Targets as [
        { InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string } },
      ];
      const { InputPathsMap, InputTemplate } = InputTransformer;
      const event = {
        '$.detail.status': 'TIMED_OUT',
        '$.detail.error': 'States.Runtime',
        '$.detail.executionArn': 'arn:execution',
      };
      const filled = Object.entries(InputPathsMap).reduce(
        (text, [name, path]) => text.replaceAll(`<${name}>`, JSON.stringify(event[path as keyof typeof event])),
        InputTemplate,
      );
      expect(JSON.parse(filled)).toEqual({
        severity: 'critical',
        secretName: 'unknown',
        step: 'unknown',
        error: expect.stringMatching(/^TIMED_OUT$|^States\.Runtime$/),
        message: expect.stringMatching(
          /^The rotation of a Momento token .* Open the execution in the Step Functions console/,
        ),
        validUntil: null,
        executionArn: 'arn:execution',
        consoleUrl: null,
      });
    }
  });
});

describe('alarms', () => {
  const byMetric = (metric: string) => alarmsIn(template).filter(({ MetricName }) => MetricName === metric);

  test('silence is one: missing data breach, for longer than one run may take to fail', () => {
    expect(byMetric('succeeded')).toEqual([
      expect.objectContaining({
        Namespace: 'MomentoTokenRotation',
        Dimensions: [{ Name: 'secretName', Value: 'momento/authentication-token' }],
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Statistic: 'Sum',
        Period: 3600,
        EvaluationPeriods: 51,
        TreatMissingData: 'breaching',
      }),
    ]);
  });

  test('a token that dies before the next run is one, and stays one until a run says otherwise', () => {
    expect(byMetric('time_to_expiry')).toEqual([
      expect.objectContaining({
        ComparisonOperator: 'LessThanOrEqualToThreshold',
        Threshold: 86_400,
        Statistic: 'Minimum',
        EvaluationPeriods: 1,
        TreatMissingData: 'ignore',
      }),
    ]);
  });

  test('the alert function, the machine’s own publishing, what was not delivered, and every function’s throttles are watched', () => {
    const watched = alarmsIn(template).map(({ MetricName, Dimensions }) => {
      const [{ Value } = { Value: undefined }] = (Dimensions ?? []) as { Value: unknown }[];
      return `${MetricName} ${resolve(template, Value) ?? ''}`;
    });
    expect(watched).toEqual(
      expect.arrayContaining([
        `Errors ${functionIdOf(template, 'Alert')}`,
        'alert_not_sent ',
        `ApproximateNumberOfMessagesVisible ${theOnly(template, 'AWS::SQS::Queue')[0]}`,
        ...functionNames.map((name) => `Throttles ${functionIdOf(template, name)}`),
      ]),
    );
  });

  test('the log filter looks for a state that there is, which is entered only when nobody was told', () => {
    const { FilterPattern, LogGroupName } = propertiesOf('AWS::Logs::MetricFilter');
    const [, name = ''] = /\$\.details\.name = "([^"]+)"/.exec(String(FilterPattern)) ?? [];
    expect(JSON.parse(definitionIn(template)).States[name]).toMatchObject({ Type: 'Pass', Next: 'Rotation failed' });
    expect(FilterPattern).toContain('"PassStateEntered"');
    expect(JSON.stringify(LogGroupName)).toContain('MachineLogs');
  });

  test('each says what it means, and where in the README it says what to do', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const { AlarmDescription } of alarmsIn(template)) {
      const [, meaning, anchor] = /^([A-Z].+\.) What to do: README\.md#([\w-]+)$/.exec(String(AlarmDescription)) ?? [];
      expect(meaning).toBeDefined();
      expect(anchors).toContain(anchor);
    }
  });

  test('names of secrets may be as long as they like', async () => {
    const long = await synthesize({ secretNames: [`${'a'.repeat(254)}1`, `${'a'.repeat(254)}2`] });
    const names = alarmsIn(long).map(({ AlarmName }) => String(AlarmName));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length).toBeLessThan(256);
  });
});

test('the dashboard shows the metrics that there are', () => {
  const body = JSON.stringify(resolve(template, propertiesOf('AWS::CloudWatch::Dashboard').DashboardBody));
  const shown = [
    'time_to_expiry',
    'rotated',
    'resumed',
    'not_due',
    'step_duration',
    'step_failed',
    'succeeded',
  ] satisfies Metric[];
  for (const metric of [...shown, 'ExecutionsFailed']) expect(body).toContain(metric);
});

test('subscribers: an unread mailbox is theirs, whatever else is not delivered goes to the dead-letter queue', async () => {
  const endpoints = [
    'https://example.com/alerts',
    'arn:aws:sqs:us-east-1:123456789012:alerts',
    'arn:aws:lambda:us-east-1:123456789012:function:pager',
  ];
  const subscribed = await synthesize({ alertEmails: ['on-call@example.com'], alertSubscriptions: endpoints });
  const [queueId] = theOnly(subscribed, 'AWS::SQS::Queue');
  const redrive = { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [queueId, 'Arn'] } } };
  const [https, sqs, lambda] = endpoints;
  const topic = { Ref: theOnly(subscribed, 'AWS::SNS::Topic')[0] };
  expect(propertiesOfAll('AWS::SNS::Subscription', subscribed)).toEqual([
    { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: topic },
    { Protocol: 'https', Endpoint: https, TopicArn: topic, ...redrive },
    { Protocol: 'sqs', Endpoint: sqs, TopicArn: topic, ...redrive },
    { Protocol: 'lambda', Endpoint: lambda, TopicArn: topic, ...redrive },
  ]);
  expect(propertiesOfAll('AWS::Lambda::Permission', subscribed)).toEqual([
    { Action: 'lambda:InvokeFunction', FunctionName: lambda, Principal: 'sns.amazonaws.com', SourceArn: topic },
  ]);
});

test.each([
  [{ alertEmails: ['on-call'] }, /^alertEmails is "on-call", but it must be an e-mail address\.$/],
  [{ alertEmails: ['a@b.c', 'a@b.c'] }, /^alertEmails is "a@b.c", but it may be named once only\.$/],
  [
    { alertSubscriptions: ['http://example.com'] },
    /^alertSubscriptions is "http:\/\/example.com", but it must be an https URL/,
  ],
  [{ alertSubscriptions: ['on-call@example.com'] }, /belong into alertEmails\.$/],
])('%j is refused', async (props, message) => {
  await expect(synthesize(props)).rejects.toThrow(message);
});

test('the outputs say what to start, to subscribe to, to import into, and what starts it', async () => {
  const several = await synthesize({ secretNames: ['a', 'b'] });
  expect(Object.keys(several.Outputs)).toEqual(['StateMachineArn', 'AlertTopicArn', 'SecretArns', 'ScheduleNames']);
  const values = Object.values(several.Outputs).map(({ Value }) => String(resolve(several, Value)));
  expect(values.map((value) => value.split(',').length)).toEqual([1, 1, 2, 2]);
});

test('two in one stack: neither shares a name with the other', async () => {
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
