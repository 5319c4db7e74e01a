import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { loadedBy, sources, tests } from './sources';

const root = join(__dirname, '..');

/** From the ground up; a file may import its own layer's neighbours as said below, and any layer that it names. */
const layers = {
  base: ['base'],
  steps: ['base', 'steps'],
  adapters: ['base', 'adapters'],
  lambdas: ['base', 'steps', 'adapters'],
  statemachine: ['statemachine'],
  deploying: ['base', 'deploying'],
  infra: ['base', 'statemachine', 'deploying', 'bundling', 'infra'],
  statesLanguage: ['base', 'statesLanguage'],
  report: ['base', 'statesLanguage', 'report'],
  cloud: ['base', 'adapters', 'cloud'],
  local: ['base', 'adapters', 'lambdas', 'statemachine', 'statesLanguage', 'report', 'cloud', 'local'],
  cli: ['base', 'adapters', 'statemachine', 'deploying', 'statesLanguage', 'report', 'local', 'cli'],
  bundling: ['statemachine', 'bundling'],
  bench: ['base', 'adapters', 'lambdas', 'statemachine', 'bundling', 'statesLanguage', 'cloud', 'local', 'bench'],
} as const;

type Layer = keyof typeof layers;

/** What every function shares: data, names and sentences, without any step. */
const base = [
  'contract',
  'errors',
  'execution-input',
  'execution-arn',
  'failure',
  'impact',
  'remedy',
  'json',
  'key',
  'momento-endpoint',
  'ports',
  'secret-name',
  'secret-value',
  'sensitive',
  'sentence',
  'step-event',
  'together',
  'token',
  'versions',
  'due',
];

/** What the operator's commands share with the deployment's: where and as whom, when a schedule comes, and how long it may be silent. */
const deploying = ['cdk-options', 'preflight', 'region', 'schedule-expression', 'silence', 'stack-name'];

/** How the functions are made into what is deployed, without the CDK. */
const bundling = ['bundle', 'bundling', 'memory'];

const layerOf = (file: string): Layer | undefined => {
  if (file.startsWith('functions/adapters/')) return 'adapters';
  if (file.endsWith('.lambda')) return 'lambdas';
  if (file.startsWith('functions/')) return base.includes(file.slice('functions/'.length)) ? 'base' : 'steps';
  if (file.startsWith('statemachine/')) return 'statemachine';
  if (file.startsWith('infra/')) {
    const name = file.slice('infra/'.length);
    if (bundling.includes(name)) return 'bundling';
    return deploying.includes(name) ? 'deploying' : 'infra';
  }
  if (file.startsWith('cli/')) return 'cli';
  if (file.startsWith('bench/')) return 'bench';
  if (file.startsWith('report/')) return 'report';
  if (file.startsWith('local/states-language/')) return 'statesLanguage';
  if (file.startsWith('local/cloud/')) return 'cloud';
  return file.startsWith('local/') ? 'local' : undefined;
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const importsOf = (file: string): Import[] => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({
    from: file.replace(/\.ts$/, ''),
    to: target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target,
  }));
};

const imports = sources.flatMap(importsOf);
const isPackage = ({ to }: Import): boolean =>
  !/^(functions|statemachine|infra|report|local|cli|bench|test)\//.test(to);

test('imports go one way', () => {
  const wrong = imports
    .filter((each) => !isPackage(each))
    .filter(({ from, to }) => {
      const layer = layerOf(from);
      const target = layerOf(to);
      return !layer || !target || !(layers[layer] as readonly Layer[]).includes(target);
    });
  expect(imports.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test('steps and what they stand on import no SDK, only adapters do', () => {
  const wrong = imports
    .filter(isPackage)
    .filter(({ from, to }) => ['base', 'steps', 'lambdas'].includes(layerOf(from) ?? '') && !to.startsWith('node:'));
  expect(wrong).toEqual([]);
});

test('fetch and promote do not load the Momento SDK', () => {
  expect(loadedBy('functions/refresh/refresh.lambda')).toContain('@gomomento/sdk');
  expect(loadedBy('functions/fetch/fetch.lambda')).not.toContain('@gomomento/sdk');
  expect(loadedBy('functions/promote/promote.lambda')).not.toContain('@gomomento/sdk');
});

test('the stack knows of the functions only what both must agree on, and synthesis loads no client', () => {
  const known = imports.filter(({ from, to }) => from.startsWith('infra/') && to.startsWith('functions/'));
  expect(new Set(known.map(({ to }) => to.slice('functions/'.length)))).toEqual(
    new Set(['contract', 'due', 'momento-endpoint', 'secret-name']),
  );
  expect(loadedBy('infra/app')).toContain('aws-cdk-lib');
  expect(loadedBy('infra/app')).not.toContain('infra/deploy/preflight');
  expect([...loadedBy('infra/app')].filter((name) => /^@(gomomento|aws-sdk|grpc)\//.test(name))).toEqual([]);
});

test('the operator’s commands load nothing of the CDK, nor of the embedded services', () => {
  // Each command loads when it is called, and Momento's SDK when a token is tested.
  const loaded = [...loadedBy('cli/start', { later: true })];
  const commands = ['import-token', 'rotate', 'status', 'doctor', 'report', 'rollback'];
  expect(loaded).toEqual(expect.arrayContaining([...commands.map((name) => `cli/${name}`), '@gomomento/sdk']));
  expect(
    loaded.filter((name) => /^(aws-cdk-lib|constructs|local\/(cloud|failures|embedded-cloud))/.test(name)),
  ).toEqual([]);
});

test('what takes long imports from the other tests, never the other way round', () => {
  const toProofs = tests
    .filter((file) => !file.startsWith('test/proofs/'))
    .flatMap(importsOf)
    .filter(({ to }) => to.startsWith('test/proofs'));
  expect(tests.length).toBeGreaterThan(100);
  expect(toProofs).toEqual([]);
});
