import { functionNames } from '../../../functions/contract/functions';
import { functionTable } from '../../../infra/functions/table';
import { actorsIn, customerKeys, enforcing, grantsOf, statementsOf } from '../enforced';
import { allows } from '../policies';
import { synthesize, type Template } from '../template';

// A whole rotation needs these rights and no other: ../../failures/failures.test.ts.

const { secretKey, topicKey } = customerKeys;

const withKeys = (): Promise<Template> => synthesize({ secretKmsKeyArn: secretKey, topicKmsKeyArn: topicKey });

let template: Template;

beforeAll(async () => {
  template = await withKeys();
});

test.each(functionNames)('%s has the permissions of the table in the template', (name) => {
  expect(grantsOf(template, name)).toEqual(functionTable[name].rights.map(({ action }) => action).sort());
});

test('a missing permission fails the rotation', async () => {
  const id = Object.keys(template.Resources).find((each) => each.includes('PromoteRoleDefaultPolicy')) ?? '';
  const changed = JSON.parse(
    JSON.stringify(template).replaceAll('UpdateSecretVersionStage', 'UpdateSecret'),
  ) as Template;
  expect(changed.Resources[id]).not.toEqual(template.Resources[id]);
  await enforcing(changed, customerKeys)({}, async ({ machine, uses, cloud }) => {
    const result = await machine.start({});
    expect([result.status, result.error]).toEqual(['FAILED', 'AccessDenied']);
    expect(uses.filter(({ allowed }) => !allowed).map(({ actor }) => actor)).toEqual(['Promote']);
    expect(cloud.takeAlerts()[0]?.body).toContain('secretsmanager:UpdateSecretVersionStage');
  });
});

test('a secret that is not part of the stack is AccessDenied, and the error says that the name may be wrong', () =>
  enforcing(template, customerKeys)({}, async ({ machine }) => {
    const result = await machine.start({ secretName: 'momento/absent' });
    expect(result.error).toBe('AccessDenied');
    expect(result.cause).toContain('AWS gives the same answer if there is no such secret');
  }));

test('permissions cover only the secrets of the stack, and its keys only through the service', () => {
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

test('without customer managed keys, no permission on a key is granted', async () => {
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
