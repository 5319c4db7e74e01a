import { randomUUID } from 'node:crypto';
import type { SecretArn } from '../../functions/contract/names';
import { CLAIM, CURRENT, claimId } from '../../functions/secret/versions';
import type { Scenario } from './scenario';

/** Labels of an operator: for a spare token, and for a token that was replaced. */
const SPARE = 'spare';
const GOOD = 'good';

const put = ({ cloud, secret }: Scenario, text: string, label: string, versionId: string = randomUUID()): void => {
  cloud.secretsManager.call('PutSecretValue', {
    SecretId: secret,
    SecretString: text,
    ClientRequestToken: versionId,
    VersionStages: [label],
  });
};

const versionWith = ({ cloud, secret }: Scenario, label: string): string | undefined =>
  cloud.secretsManager.snapshot(secret).find(({ labels }) => labels.includes(label))?.versionId;

/** Moves a label from the version that has it; without `to`, removes the label. */
const move = (scenario: Scenario, label: string, to?: string): void => {
  const from = versionWith(scenario, label);
  scenario.cloud.secretsManager.call('UpdateSecretVersionStage', {
    SecretId: scenario.secret,
    VersionStage: label,
    ...(to === undefined ? {} : { MoveToVersionId: to }),
    ...(from === undefined ? {} : { RemoveFromVersionId: from }),
  });
};

const newToken = ({ cloud }: Scenario, kind: 'v1' | 'v2' = 'v1'): string =>
  JSON.stringify(cloud.momento.issue({ kind, lifeSeconds: 86_400 }));

/** The operator creates a token in the console and imports it. */
export const importToken = (scenario: Scenario): void => put(scenario, newToken(scenario), CURRENT);

/** The operator stored a spare token some time ago. */
export const keepSpare = async (scenario: Scenario): Promise<void> => {
  put(scenario, newToken(scenario), SPARE);
  await scenario.clock.sleep(1_000);
};

/** The operator swaps the current token and the spare one. */
export const swapSpare = (scenario: Scenario): void => {
  const current = versionWith(scenario, CURRENT);
  move(scenario, CURRENT, versionWith(scenario, SPARE));
  move(scenario, SPARE, current);
};

/** The operator replaces the token with another value. The token gets a label, so that it can be restored. */
const replaceCurrent = (scenario: Scenario, text: string): void => {
  move(scenario, GOOD, versionWith(scenario, CURRENT));
  put(scenario, text, CURRENT);
};

/** The kind of value that CDK generates for a secret without a value. */
export const storeRandomString = (scenario: Scenario): void =>
  replaceCurrent(scenario, 'u3]Xn~w)tE;L8k{Qc/R2z(Vd|H5y_Bg%');

export const storeV2Key = (scenario: Scenario): void => replaceCurrent(scenario, newToken(scenario, 'v2'));

/** The operator makes the token current again. */
export const restoreCurrent = (scenario: Scenario): void => {
  move(scenario, CURRENT, versionWith(scenario, GOOD));
  move(scenario, GOOD);
};

export const deleteSecret = ({ cloud, secret }: Scenario): void => {
  cloud.secretsManager.call('DeleteSecret', { SecretId: secret });
};

export const restoreSecret = ({ cloud, secret }: Scenario): void => {
  cloud.secretsManager.call('RestoreSecret', { SecretId: secret });
};

/** Another execution has just begun to refresh: it holds the claim and has stored no token yet. */
export const claimElsewhere = (scenario: Scenario): void => {
  const { ARN } = scenario.cloud.secretsManager.call('DescribeSecret', { SecretId: scenario.secret });
  const last = Number(/-c(\d{10})$/.exec(versionWith(scenario, CLAIM) ?? '')?.[1] ?? 0);
  const claim = {
    kind: 'claim',
    execution: 'another execution',
    invocation: randomUUID(),
    base: versionWith(scenario, CURRENT),
    number: last + 1,
    outcomeUnknown: false,
  };
  put(scenario, JSON.stringify(claim), CLAIM, claimId(ARN as SecretArn, last + 1));
};

/** The same, unless there already is a claim. */
export const claimOnce = (scenario: Scenario): void => {
  if (versionWith(scenario, CLAIM) === undefined) claimElsewhere(scenario);
};
