import './second-ministack';
import { connectSecretsManager, connectSns } from '../../conformance/clients';
import { conformance as secretsManager } from '../../conformance/secrets-manager';
import { conformance as sns } from '../../conformance/sns';
import { deviations } from './deviations';

const { MINISTACK_URL = '', MOTO_URL = '' } = process.env;

for (const [name, url] of [
  ['MiniStack', MINISTACK_URL],
  ['moto', MOTO_URL],
] as const) {
  secretsManager(name, async () => connectSecretsManager({ url }), deviations[name].secretsManager);
  sns(name, async () => connectSns({ url }), deviations[name].sns);
}
