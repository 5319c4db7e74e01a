import { statementsIn, statementsOfRole } from '../policies';
import { alarmsIn, allPropertiesIn, type Resource, resolve, synthesize, type Template, theOnly } from '../template';

let template: Template;
beforeAll(async () => {
  template = await synthesize();
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

  test('one for each secret, in their own group, with few attempts and a dead-letter queue', async () => {
    const several = await synthesize({
      secretNames: ['a', 'b'],
      schedule: 'cron(0 9 * * ? *)',
      timeZone: 'Europe/Berlin',
      flexibleWindowMinutes: 15,
    });
    const schedules = allPropertiesIn(several, 'AWS::Scheduler::Schedule');
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
    const [schedule = {}] = allPropertiesIn(template, 'AWS::Scheduler::Schedule');
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

  test('Fetch accepts the input, which is a dry run if runs are too infrequent for an alarm', async () => {
    const rare = await synthesize({ schedule: 'rate(30 days)' });
    const schedules = allPropertiesIn(rare, 'AWS::Scheduler::Schedule');
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
