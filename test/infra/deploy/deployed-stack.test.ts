import { compareWithDeployed, type DeployedStack, type Inventory, ownedIn } from '../../../infra/deploy/deployed-stack';
import { misplacedSettingIn } from '../../../infra/deploy/misplaced-setting';
import { wantedStack } from '../../../infra/deploy/wanted-stack';

const name = 'momento/authentication-token';
const wanted = { name: 'MomentoTokenRotation', secrets: [{ name, isCreated: true }], subscriptions: 1 };
const existing = { ...wanted, secrets: [{ name, isCreated: false }] };
const deployed: DeployedStack = { rotated: [name], made: [name], subscriptions: 1 };

const inventory = (stack: DeployedStack | undefined, secret: Awaited<ReturnType<Inventory['secret']>>): Inventory => ({
  stack: async () => stack,
  secret: async () => secret,
});

const refusal = (there: Inventory, what: typeof wanted): Promise<unknown> =>
  compareWithDeployed(there, what).then(
    () => undefined,
    (error: Error) => [error.name, error.message],
  );

test('a first deployment and one that changes nothing give no warning', async () => {
  expect(await compareWithDeployed(inventory(undefined, 'absent'), wanted)).toEqual([]);
  expect(await compareWithDeployed(inventory(undefined, 'there'), existing)).toEqual([]);
  expect(await compareWithDeployed(inventory(deployed, 'there'), wanted)).toEqual([]);
});

test.each([
  [
    'a secret to create exists already',
    inventory(undefined, 'there'),
    wanted,
    /already exists.* -c existingSecrets=momento/,
  ],
  [
    'the setting that named it is forgotten',
    inventory({ ...deployed, made: [] }, 'there'),
    wanted,
    /already exists.* -c existingSecrets=momento/,
  ],
  [
    'a secret that is to be there is not',
    inventory(undefined, 'absent'),
    existing,
    /^There is no secret momento.*secretNames/,
  ],
  [
    'it is scheduled for deletion',
    inventory(undefined, 'scheduled for deletion'),
    wanted,
    /restore-secret --secret-id momento/,
  ],
] as const)('%s: one sentence says what to do, before anything is deployed', async (_, there, what, sentence) => {
  expect(await refusal(there, what)).toEqual(['UsageError', expect.stringMatching(sentence)]);
});

test('a user without permission to read can deploy', async () => {
  const refuse = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  expect(await compareWithDeployed({ stack: refuse, secret: refuse }, wanted)).toEqual([]);
  expect(await compareWithDeployed({ stack: refuse, secret: refuse }, existing)).toEqual([]);
  expect(await compareWithDeployed({ stack: async () => undefined, secret: refuse }, wanted)).toEqual([]);
  // Whose it is cannot be told then.
  expect(await compareWithDeployed({ stack: refuse, secret: async () => 'there' }, wanted)).toEqual([]);
});

test('warns about a secret that is no longer rotated, and about subscriptions that end', async () => {
  const more = { rotated: [name, 'momento/other'], made: [name], subscriptions: 3 };
  expect(await compareWithDeployed(inventory(more, 'there'), wanted)).toEqual([
    'momento/other will no longer be rotated: these settings do not contain it.',
    "2 of the stack's 3 subscriptions will be removed: these settings do not contain them.",
  ]);
});

test('a secret that a failed first deployment left behind is not the stack’s', () => {
  const secret = (id: string, ResourceStatus: 'CREATE_COMPLETE' | 'DELETE_SKIPPED') => ({
    ResourceType: 'AWS::SecretsManager::Secret',
    PhysicalResourceId: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${id}-AbCdEf`,
    ResourceStatus,
  });
  const subscription = { ResourceType: 'AWS::SNS::Subscription', ResourceStatus: 'CREATE_COMPLETE' } as const;
  expect(ownedIn([secret('a', 'CREATE_COMPLETE'), secret('b', 'DELETE_SKIPPED'), subscription])).toEqual({
    made: ['a'],
    subscriptions: 1,
  });
});

test('reads the wanted stack from the settings', () => {
  expect(wantedStack({ existingSecrets: 'a,b', alertEmails: 'on-call@example.com', stackName: 'Mine' }, {})).toEqual({
    name: 'Mine',
    secrets: [
      { name: 'a', isCreated: false },
      { name: 'b', isCreated: false },
    ],
    subscriptions: 1,
  });
  expect(() => wantedStack({ rotateBefore: '2' }, {})).toThrow('rotateBefore');
});

test.each([
  [['--alertEmails', 'a@example.com'], {}, /^--alertEmails is a setting: write -c alertEmails=…$/],
  [['--schedule=rate(1 day)'], {}, /-c schedule=…/],
  [
    [],
    { npm_config_call: 'alertEmails=a@example.com' },
    /Put -- before it: npm run deploy -- -c alertEmails=a@example\.com$/,
  ],
  [['-c', 'alertEmails=a@example.com', '--region', 'eu-west-1', '--profile', 'work', '--hotswap'], {}, undefined],
])('a setting that would be ignored is refused, with the way to give it: %j %j', (args, env, sentence) => {
  const said = misplacedSettingIn(args, env);
  if (sentence === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(sentence);
});
