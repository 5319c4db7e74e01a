import type { Settings } from '../../../infra/plan/settings';
import { addStack } from '../../../infra/stack/rotation-app';
import { synthesize, type Template } from '../../infra/template';
import { type Answer, cfnLint, compare, parliament, policiesOf } from './checkers';

const partitions = { 'us-east-1': 'aws', 'cn-north-1': 'aws-cn', 'us-gov-west-1': 'aws-us-gov' } as const;

type Region = keyof typeof partitions;

const regions = Object.keys(partitions) as readonly Region[];

const account = '123456789012';

const arn = (region: Region, service: string, resource: string): string =>
  `arn:${partitions[region]}:${service}:${region}:${account}:${resource}`;

/** All of them, so that no resource, permission or condition is missing in the template. */
const everySetting = (region: Region): Required<Settings> => ({
  stackName: 'TheirRotation',
  account,
  region,
  secretNames: ['ours/one', 'ours/two'],
  existingSecrets: ['theirs/one', arn(region, 'secretsmanager', 'secret:theirs/two-a1B2c3')],
  schedule: 'cron(0 3 * * ? *)',
  timeZone: 'Europe/Berlin',
  flexibleWindowMinutes: 30,
  rotateBefore: '7d',
  secretKmsKeyArn: arn(region, 'kms', 'key/11111111-1111-1111-1111-111111111111'),
  topicKmsKeyArn: 'create',
  alertEmails: ['on-call@example.com'],
  alertSubscriptions: [
    'https://example.com/alerts',
    arn(region, 'sqs', 'alerts'),
    arn(region, 'lambda', 'function:pager'),
  ],
  skipValidation: true,
  validationCache: 'validation',
  noSuccessHours: 100,
  expiryHours: 48,
  logRetentionDays: 90,
  momentoEndpoint: 'https://momento.example.com:443',
});

const synthesized = (settings: Settings): Promise<Template> =>
  synthesize((app) => addStack(app, settings as Readonly<Record<string, unknown>>, {}));

const stacks: readonly (readonly [string, readonly Region[], Settings])[] = [
  [`the defaults, in ${regions.join(', ')}`, regions, {}],
  ...regions.flatMap((region) => {
    const settings = everySetting(region);
    const topicKmsKeyArn = arn(region, 'kms', 'key/22222222-2222-2222-2222-222222222222');
    return [
      [`every setting, in ${region}`, [region], settings] as const,
      [
        `every setting and an existing key of the topic, in ${region}`,
        [region],
        { ...settings, topicKmsKeyArn },
      ] as const,
    ];
  }),
];

describe('cfn-lint', () => {
  /** The template tells cfn-lint to ignore these, so that it also finds nothing where others run it. */
  const ignored: readonly Answer[] = [
    {
      finding: /^E3601, .*\/OutputPath: Additional properties are not allowed \('OutputPath' was unexpected\)/,
      because:
        'Its schema lacks the OutputPath of Succeed states: https://states-language.net/spec.html#state-type-table',
    },
    {
      finding: /^W3005, .*\/DependsOn\/\d+: 'Rotation(Functions|Machine)\w*' dependency already enforced by a 'GetAtt'/,
      because: 'The CDK makes functions and state machines depend on the role and on its policy.',
    },
  ];

  test.each(stacks)('finds nothing in the template: %s', async (_, where, settings) => {
    expect(await cfnLint(await synthesized(settings), where)).toEqual([]);
  });

  test('is told to ignore only known findings', async () => {
    const findings = await cfnLint(await synthesized({}), regions, { ignoring: false });
    expect(compare(findings, ignored)).toEqual({ unanswered: [], answersToNothing: [] });
  });

  test('finds an action that does not exist, also in a trust policy', async () => {
    const template = JSON.stringify(await synthesized({}))
      .replaceAll('secretsmanager:GetSecretValue', 'secretsmanager:ReadSecretValue')
      .replaceAll('sts:AssumeRole', 'sts:AssumeTheRole');
    const findings = await cfnLint(JSON.parse(template), ['us-east-1']);
    for (const action of ['readsecretvalue', 'assumetherole']) {
      expect(findings).toContainEqual(expect.stringMatching(RegExp(`^W3037, .*'${action}' is not one of`)));
    }
  });
});

describe('parliament', () => {
  const answers: readonly Answer[] = [
    {
      finding: /^RESOURCE_STAR, RotationAlertsKey\w+\/KeyPolicy: /,
      because: 'In the policy of a key, * is this key.',
    },
    {
      finding: /^PERMISSIONS_MANAGEMENT_ACTIONS, RotationAlertsKey\w+\/KeyPolicy: /,
      because: 'The administrators of the account must be able to change and delete the key.',
    },
    {
      finding: /^PERMISSIONS_MANAGEMENT_ACTIONS, RotationMachineRole\w+\/PolicyDocument: /,
      because:
        'Log delivery requires logs:PutResourcePolicy: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
    },
  ];

  test('finds only what is answered in the policies of roles, topic, queue and key', async () => {
    const templates = await Promise.all([{}, everySetting('us-east-1')].map(synthesized));
    const policies = templates.map(policiesOf);
    expect(policies.map((of) => Object.keys(of).length)).toEqual([9, 10]);
    const findings = (await Promise.all(policies.map(parliament))).flat();
    expect(compare(findings, answers)).toEqual({ unanswered: [], answersToNothing: [] });
  });

  test.each([
    ['an action that does not exist', 'GetSecretValue', 'ReadSecretValue', 'UNKNOWN_ACTION'],
    ['an action that the resource does not support', 'sns:Publish', 'sqs:SendMessage', 'RESOURCE_MISMATCH'],
    ['a condition that the action does not support', 'kms:ViaService', 'kms:KeyUsage', 'UNKNOWN_CONDITION_FOR_ACTION'],
  ])('finds %s', async (_, right, wrong, issue) => {
    const template = JSON.stringify(await synthesized(everySetting('us-east-1'))).replaceAll(right, wrong);
    const { unanswered } = compare(await parliament(policiesOf(JSON.parse(template))), answers);
    expect(unanswered).not.toEqual([]);
    for (const finding of unanswered) expect(finding).toMatch(RegExp(`^${issue}, `));
  });
});
