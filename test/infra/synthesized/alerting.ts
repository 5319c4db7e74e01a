import { functionNames } from '../../../functions/contract/functions';
import type { Metric } from '../../../functions/contract/metrics';
import { allows, statementsIn } from '../policies';
import {
  alarmsIn,
  allPropertiesIn,
  definitionIn,
  functionIdOf,
  propertiesIn,
  resolve,
  resourcesOf,
  synthesize,
  type Template,
  theOnly,
} from '../template';

let template: Template;
beforeAll(async () => {
  template = await synthesize();
});

describe('failures that no state can catch', () => {
  const rules = () =>
    allPropertiesIn(template, 'AWS::Events::Rule').map((each) => resolve(template, each) as Record<string, unknown>);
  const detailOf = (rule: Record<string, unknown>) => (rule.EventPattern as { detail: Record<string, unknown> }).detail;

  test('a rule reports timeouts, aborts and failures without a Catch, and no failure that the machine alerts itself', () => {
    const [machine] = theOnly(template, 'AWS::StepFunctions::StateMachine');
    const stateMachineArn = [`arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`];
    expect(rules().map(detailOf)).toEqual([
      { stateMachineArn, status: ['TIMED_OUT', 'ABORTED'] },
      {
        stateMachineArn,
        status: ['FAILED'],
        $or: [
          { error: ['States.Runtime'] },
          {
            error: ['States.DataLimitExceeded'],
            cause: [{ exists: false }, { 'anything-but': { prefix: "The state/task 'lambda' returned a result" } }],
          },
        ],
      },
    ]);
  });

  test('the message is an alert as programs know it, without the execution’s input and output', () => {
    expect(rules()).toHaveLength(2);
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

  test('one is raised without data, after more time than a run may take to fail', () => {
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

  test('one is raised if the token expires before the next run, and stays until a run changes that', () => {
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

  test('they watch the alert function, the fallback alert, undelivered messages and the throttles of every function', () => {
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

  test('the log filter matches an existing state, which is entered only if no alert was sent', () => {
    const { FilterPattern, LogGroupName } = propertiesIn(template, 'AWS::Logs::MetricFilter');
    const [, name = ''] = /\$\.details\.name = "([^"]+)"/.exec(String(FilterPattern)) ?? [];
    expect(JSON.parse(definitionIn(template)).States[name]).toMatchObject({ Type: 'Pass', Next: 'Rotation failed' });
    expect(FilterPattern).toContain('"PassStateEntered"');
    expect(JSON.stringify(LogGroupName)).toContain('MachineLogs');
  });

  test('a secret name of any length is allowed', async () => {
    const long = await synthesize({ secretNames: [`${'a'.repeat(254)}1`, `${'a'.repeat(254)}2`] });
    const names = alarmsIn(long).map(({ AlarmName }) => String(AlarmName));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length).toBeLessThan(256);
  });
});

test('the dashboard shows metrics that the functions count, and how executions ended', () => {
  const body = resolve(template, propertiesIn(template, 'AWS::CloudWatch::Dashboard').DashboardBody);
  const { widgets } = JSON.parse(String(body)) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  const shownOf = (namespace: string) => {
    const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    return [...new Set(metrics.filter(([of]) => of === namespace).map(([, name]) => name))].sort();
  };
  const counted = [
    'already_running',
    'not_due',
    'resumed',
    'rolled_back',
    'rotated',
    'step_duration',
    'step_failed',
    'succeeded',
    'time_to_expiry',
  ] satisfies Metric[];
  expect(shownOf('MomentoTokenRotation')).toEqual(counted);
  expect(shownOf('AWS/States')).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
});

test('subscribers: undelivered messages go to the dead-letter queue, except e-mails', async () => {
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
  expect(allPropertiesIn(subscribed, 'AWS::SNS::Subscription')).toEqual([
    { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: topic },
    { Protocol: 'https', Endpoint: https, TopicArn: topic, ...redrive },
    { Protocol: 'sqs', Endpoint: sqs, TopicArn: topic, ...redrive },
    { Protocol: 'lambda', Endpoint: lambda, TopicArn: topic, ...redrive },
  ]);
  expect(allPropertiesIn(subscribed, 'AWS::Lambda::Permission')).toEqual([
    { Action: 'lambda:InvokeFunction', FunctionName: lambda, Principal: 'sns.amazonaws.com', SourceArn: topic },
  ]);
});

test.each([
  [{ alertEmails: ['on-call'] }, /^Invalid setting alertEmails \("on-call"\): it must be an e-mail address\.$/],
  [{ alertEmails: ['a@b.c', 'a@b.c'] }, /^Invalid setting alertEmails \("a@b.c"\): it is listed more than once\.$/],
  [
    { alertSubscriptions: ['http://example.com'] },
    /^Invalid setting alertSubscriptions \("http:\/\/example.com"\): it must be an https URL/,
  ],
  [{ alertSubscriptions: ['on-call@example.com'] }, /put e-mail addresses in alertEmails\.$/],
])('%j is refused', async (props, message) => {
  await expect(synthesize(props)).rejects.toThrow(message);
});

test('rules and subscriptions may send to the dead-letter queue, and schedules by their role', async () => {
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
