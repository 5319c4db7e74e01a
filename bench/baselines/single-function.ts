import { connectMomento } from '../../functions/adapters/momento';
import { lambdaRuntime } from '../../functions/adapters/runtime';
import { connectSecrets } from '../../functions/adapters/secrets-manager';
import type { SecretArn, VersionId } from '../../functions/contract/names';
import { readToken, requireToken, serialiseToken } from '../../functions/momento/token';

// The shape of a function for Secrets Manager's own rotation: one function with everything in it, called four times. It
// has no claim, no compare-and-swap and no test of what became current. It is here to be measured, not to be used.

const connectedSecrets = connectSecrets(lambdaRuntime);
const connectedMomento = connectMomento(lambdaRuntime);

interface Event {
  readonly step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  readonly secret: SecretArn;
  readonly versionId: VersionId;
}

const createSecret = async ({ secret, versionId }: Event): Promise<void> => {
  const secrets = connectedSecrets();
  const current = requireToken(readToken((await secrets.readCurrent(secret))?.value));
  if ((await secrets.readVersion(secret, versionId)) !== undefined) return;
  const reply = await connectedMomento().prepareRefresh(current)();
  if (reply.outcome !== 'refreshed') throw new Error(`The refresh was ${reply.outcome}.`);
  await secrets.put(secret, { versionId, value: serialiseToken(current, reply.token), labels: ['AWSPENDING'] });
};

const testSecret = async ({ secret, versionId }: Event): Promise<void> => {
  const pending = requireToken(readToken((await connectedSecrets().readVersion(secret, versionId))?.value));
  const check = await connectedMomento().check(pending);
  if (check !== 'works') throw new Error(`The new token is ${check}.`);
};

export const handler = async (event: Event): Promise<object> => {
  const { labels } = await connectedSecrets().describe(event.secret);
  const from = labels.get('AWSCURRENT');
  if (event.step === 'createSecret') await createSecret(event);
  if (event.step === 'testSecret') await testSecret(event);
  if (event.step === 'finishSecret' && from !== undefined) {
    await connectedSecrets().moveLabel(event.secret, { label: 'AWSCURRENT', to: event.versionId, from });
  }
  return {};
};
