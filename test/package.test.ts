import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../package.json';
import { loadedBy } from './sources';

const root = join(__dirname, '..');

/** The files that `npm pack` puts into the package. */
const packed = async (): Promise<readonly string[]> => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json'], { cwd: root });
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  return files.map(({ path }) => path);
};

test('the package has every file that the operator’s commands load, and no tests', async () => {
  const files = await packed();
  const loaded = [...loadedBy('cli/start', { later: true })].filter((name) => /^[a-z]+\//.test(name));
  expect(loaded.length).toBeGreaterThan(50);
  expect(loaded.filter((name) => !files.includes(`${name}.ts`) && !files.includes(name))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'statemachine/rotate-token.asl.json']));
  expect(files.filter((name) => /^(test|bench|\.github)\//.test(name))).toEqual([]);
});

test('every package that the operator’s commands load is a dependency', () => {
  const node = new Set(builtinModules.map((name) => `node:${name}`));
  const loaded = [...loadedBy('cli/start', { later: true })].filter(
    (name) => !/^[a-z]+\//.test(name) && !node.has(name),
  );
  const names = loaded.filter((name) => name !== 'package.json').map((name) => name.split('/').slice(0, 2).join('/'));
  expect(names).toContain('@aws-sdk/client-sts');
  expect(names.filter((name) => !Object.hasOwn(packageJson.dependencies, name))).toEqual([]);
});

test('package.json has a description, the command and the required Node version', () => {
  const { name, version, description, license, keywords, repository, engines, bin } = packageJson;
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
  expect([name, license, engines.node]).toEqual(['momento-token-rotation', 'Apache-2.0', '>=20.12']);
  expect(description).toMatch(/^[A-Z].+\.$/);
  expect(keywords).toEqual(expect.arrayContaining(['momento', 'aws', 'rotation']));
  expect(new URL(repository.url).pathname).toContain(name);
  expect(readFileSync(join(root, bin['momento-rotation']), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});
