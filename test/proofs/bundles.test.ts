import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionNames } from '../../functions/contract/functions';
import { type Bundles, bundleFunctions } from '../infra/bundled';
import { functionIdOf, withStack } from '../infra/template';

let bundles: Bundles;

beforeAll(async () => {
  bundles = await bundleFunctions();
});

afterAll(() => bundles.remove());

test('synthesis deploys these bundles', () =>
  withStack(
    {},
    ({ template, assetOf }) => {
      for (const name of functionNames) {
        const deployed = readFileSync(join(assetOf(functionIdOf(template, name)), 'index.js'));
        expect([name, deployed.equals(readFileSync(bundles.fileOf(name)))]).toEqual([name, true]);
      }
    },
    { bundle: true },
  ));
