import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rights } from '../../infra/rights';
import { status } from '../../local/cloud/momento';
import { ServiceError } from '../../local/cloud/service';
import { failures } from '../../local/failures/catalogue';
import type { Chosen } from '../../local/failures/choose';
import type { Failure } from '../../local/failures/scene';
import { refuse, refuseMomento } from '../../local/failures/spoils';
import { functionNames } from '../../statemachine/definition';
import { secretName } from '../cloud';
import { chosen } from '../provoked';
import { actorsIn, grantsOf, statementsOf, type Use, withPolicies } from './enforced';
import { allows } from './policies';
import { synthesize, type Template } from './template';

const secretKey = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';
const topicKey = 'arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222';
const keys = { secretKey, topicKey };

const withKeys = (): Promise<Template> => synthesize({ secretKmsKeyArn: secretKey, topicKmsKeyArn: topicKey });

const markPending: Failure['prepare'] = ({ cloud: { secretsManager } }) => {
  const [version] = secretsManager.snapshot(secretName);
  const move = { VersionStage: 'AWSPENDING', MoveToVersionId: version?.versionId };
  secretsManager.call('UpdateSecretVersionStage', { SecretId: secretName, ...move });
};

const stageRubbish: Failure['prepare'] = ({ cloud: { secretsManager } }) => {
  secretsManager.call('PutSecretValue', {
    SecretId: secretName,
    SecretString: 'no token',
    ClientRequestToken: 'c'.repeat(32),
    VersionStages: ['AWSPENDING'],
  });
};

const afterEffect: Failure['spoil'] = async (_, proceed) => {
  await proceed();
  throw new ServiceError('InternalServiceError', 'down');
};

/** Branches that no failure of the catalogue leads to. */
const more: readonly (Pick<Failure, 'states' | 'prepare' | 'spoil'> & {
  readonly name: string;
  readonly input?: object;
})[] = [
  { name: 'rotated' },
  { name: 'a dry run', input: { dryRun: true } },
  {
    name: 'a dry run that fails',
    input: { dryRun: true },
    states: ['Test current token'],
    spoil: refuseMomento(status.UNAVAILABLE),
  },
  { name: 'AWSPENDING left on current', prepare: markPending },
  {
    name: 'AWSPENDING that cannot be taken off',
    prepare: markPending,
    states: ['Tidy up'],
    spoil: refuse('secretsmanager', 'InternalServiceError'),
  },
  { name: 'what was staged by hand is no token', prepare: stageRubbish },
  { name: 'a promotion without an answer', states: ['Promote'], spoil: afterEffect },
];

interface Seen {
  readonly uses: Set<string>;
  readonly states: Set<string>;
}

const remember = (seen: Seen, uses: readonly Use[], states: readonly string[]): void => {
  for (const { actor, action } of uses) seen.uses.add(`${actor} ${action}`);
  for (const state of states) seen.states.add(state);
};

/** Runs every branch of the state machine, and tells what was used. Whatever is refused fails the test. */
const runEverything = async (template: Template): Promise<Seen> => {
  const seen: Seen = { uses: new Set(), states: new Set() };
  const run = async (name: string, failure: Chosen, input: object = {}): Promise<void> => {
    await withPolicies(template, { ...keys, failure }, async ({ machine, uses, watcher }) => {
      const result = await machine.start(input, { watcher });
      expect([name, uses.filter(({ allowed }) => !allowed)]).toEqual([name, []]);
      const states = result.history.flatMap(({ stateEnteredEventDetails: details }) => (details ? [details.name] : []));
      remember(seen, uses, states);
    });
  };
  for (const { name, input, ...failure } of more) {
    await run(
      name,
      { failure: { step: 'fetch', error: '', summary: name, states: [], ...failure }, always: true },
      input,
    );
  }
  for (const failure of failures) {
    // What lasts leads through every state; what passes uses nothing besides.
    await run(`${failure.step}:${failure.error}`, { failure, always: true });
  }
  // A race that is lost once: the token that somebody imported is not due.
  await run('promote:VersionConflict', chosen('promote:VersionConflict'));
  return seen;
};

let template: Template;
let seen: Seen;

beforeAll(async () => {
  template = await withKeys();
  seen = await runEverything(template);
});

test('every state was entered', () => {
  const { States } = JSON.parse(readFileSync(join(__dirname, '../../statemachine/rotate-token.asl.json'), 'utf8')) as {
    States: object;
  };
  expect(Object.keys(States).filter((name) => !seen.states.has(name))).toEqual([]);
});

test('a whole rotation, with all its branches, needs the rights that are granted, and no other', () => {
  const granted = actorsIn(template).flatMap((actor) =>
    grantsOf(template, actor).map((action) => `${actor} ${action}`),
  );
  expect([...seen.uses].sort()).toEqual(granted.sort());
});

test.each(functionNames)('%s may do in the template what the table says', (name) => {
  expect(grantsOf(template, name)).toEqual(rights[name].map(({ action }) => action).sort());
});

test('a right that is missing fails the rotation', async () => {
  const id = Object.keys(template.Resources).find((each) => each.includes('PromoteRoleDefaultPolicy')) ?? '';
  const changed = JSON.parse(
    JSON.stringify(template).replaceAll('UpdateSecretVersionStage', 'UpdateSecret'),
  ) as Template;
  expect(changed.Resources[id]).not.toEqual(template.Resources[id]);
  await withPolicies(changed, keys, async ({ machine, uses, cloud }) => {
    const result = await machine.start({});
    expect([result.status, result.error]).toEqual(['FAILED', 'AccessDenied']);
    expect(uses.filter(({ allowed }) => !allowed).map(({ actor }) => actor)).toEqual(['Promote']);
    expect(cloud.takeAlerts()[0]?.body).toContain('secretsmanager:UpdateSecretVersionStage');
  });
});

test('a secret that the stack does not know is refused as AWS refuses it, and the error says that the name may be wrong', () =>
  withPolicies(template, keys, async ({ machine }) => {
    const result = await machine.start({ secretName: 'momento/absent' });
    expect(result.error).toBe('AccessDenied');
    expect(result.cause).toContain('AWS says the same if there is no such secret');
  }));

test('rights hold for the secrets of the stack only, and for its keys only through the service', () => {
  const here = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:momento/authentication-token';
  const fetch = statementsOf(template, 'Fetch');
  const may = (resource: string) => allows(fetch, { action: 'secretsmanager:GetSecretValue', resource });
  expect([may(`${here}-a1B2c3`), may(`${here}-2-a1B2c3`), may(here), may(`${here}-a1B2c3d`)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  const decrypt = { action: 'kms:Decrypt', resource: secretKey };
  expect(allows(fetch, decrypt)).toBe(false);
  expect(allows(fetch, { ...decrypt, context: { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' } })).toBe(false);
  expect(allows(fetch, { ...decrypt, context: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } })).toBe(
    true,
  );
});

test('without customer keys no right on a key is granted', async () => {
  const plain = await synthesize();
  expect(
    actorsIn(plain)
      .flatMap((actor) => grantsOf(plain, actor))
      .filter((action) => action.startsWith('kms:')),
  ).toEqual([]);
});

test('promote cannot read a value, fetch and validate cannot write, alert cannot reach a secret', () => {
  const writes = ['PutSecretValue', 'UpdateSecretVersionStage', 'UpdateSecret'].map((name) => `secretsmanager:${name}`);
  expect(grantsOf(template, 'Promote')).not.toContain('secretsmanager:GetSecretValue');
  for (const name of ['Fetch', 'Validate'] as const) {
    for (const action of writes) expect(grantsOf(template, name)).not.toContain(action);
  }
  expect(grantsOf(template, 'Alert').filter((action) => action.startsWith('secretsmanager:'))).toEqual([]);
});
