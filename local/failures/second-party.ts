import { randomUUID } from 'node:crypto';
import type { SecretArn } from '../../functions/contract/names';
import { CLAIM, CURRENT, claimId } from '../../functions/secret/versions';
import type { Scene } from './scenario';

/** An operator's labels, for a token at hand and for one that was replaced. */
const SPARE = 'spare';
const GOOD = 'good';

const put = ({ cloud, secret }: Scene, text: string, label: string, versionId: string = randomUUID()): void => {
  cloud.secretsManager.call('PutSecretValue', {
    SecretId: secret,
    SecretString: text,
    ClientRequestToken: versionId,
    VersionStages: [label],
  });
};

const versionWith = ({ cloud, secret }: Scene, label: string): string | undefined =>
  cloud.secretsManager.snapshot(secret).find(({ labels }) => labels.includes(label))?.versionId;

/** Moves a label from wherever it is; without `to`, takes it off. */
const move = (scene: Scene, label: string, to?: string): void => {
  const from = versionWith(scene, label);
  scene.cloud.secretsManager.call('UpdateSecretVersionStage', {
    SecretId: scene.secret,
    VersionStage: label,
    ...(to === undefined ? {} : { MoveToVersionId: to }),
    ...(from === undefined ? {} : { RemoveFromVersionId: from }),
  });
};

const newToken = ({ cloud }: Scene, kind: 'v1' | 'v2' = 'v1'): string =>
  JSON.stringify(cloud.momento.issue({ kind, lifeSeconds: 86_400 }));

/** Somebody makes a token by hand and imports it. */
export const importToken = (scene: Scene): void => put(scene, newToken(scene), CURRENT);

/** Somebody has had a token at hand for a while. */
export const keepSpare = async (scene: Scene): Promise<void> => {
  put(scene, newToken(scene), SPARE);
  await scene.clock.sleep(1_000);
};

/** Somebody swaps the current token and the spare one. */
export const swapSpare = (scene: Scene): void => {
  const current = versionWith(scene, CURRENT);
  move(scene, CURRENT, versionWith(scene, SPARE));
  move(scene, SPARE, current);
};

/** Somebody stores something else in place of the token. The token gets a label, to be found again. */
const replaceCurrent = (scene: Scene, text: string): void => {
  move(scene, GOOD, versionWith(scene, CURRENT));
  put(scene, text, CURRENT);
};

/** As CDK makes a secret that is given no value. */
export const storeRandomString = (scene: Scene): void => replaceCurrent(scene, 'u3]Xn~w)tE;L8k{Qc/R2z(Vd|H5y_Bg%');

export const storeV2Key = (scene: Scene): void => replaceCurrent(scene, newToken(scene, 'v2'));

/** Somebody notices and makes the token current again. */
export const restoreCurrent = (scene: Scene): void => {
  move(scene, CURRENT, versionWith(scene, GOOD));
  move(scene, GOOD);
};

export const deleteSecret = ({ cloud, secret }: Scene): void => {
  cloud.secretsManager.call('DeleteSecret', { SecretId: secret });
};

export const restoreSecret = ({ cloud, secret }: Scene): void => {
  cloud.secretsManager.call('RestoreSecret', { SecretId: secret });
};

/** Another execution has just begun to refresh: its claim is there, and no token yet. */
export const claimElsewhere = (scene: Scene): void => {
  const { ARN } = scene.cloud.secretsManager.call('DescribeSecret', { SecretId: scene.secret });
  const last = Number(/-c(\d{10})$/.exec(versionWith(scene, CLAIM) ?? '')?.[1] ?? 0);
  const claim = {
    kind: 'claim',
    execution: 'somebody else',
    invocation: randomUUID(),
    base: versionWith(scene, CURRENT),
    number: last + 1,
    outcomeUnknown: false,
  };
  put(scene, JSON.stringify(claim), CLAIM, claimId(ARN as SecretArn, last + 1));
};

/** The same, unless there is a claim already. */
export const claimOnce = (scene: Scene): void => {
  if (versionWith(scene, CLAIM) === undefined) claimElsewhere(scene);
};
