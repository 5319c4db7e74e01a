import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sources, tests } from './sources';

const root = join(__dirname, '..');

/** The Lambda entry points, `*.lambda.ts`. */
const entries = 'functions/*/*.lambda';

const shared = ['functions/language', 'functions/contract'];
const operating = [...shared, 'terminal', 'cli/command', 'cli/aws', 'cli/deployment'];

/**
 * The folders in the order of their layers, and the folders that each may import. A folder may import only folders
 * above it in this table, so there can be no cycle. An entry does not include subfolders.
 */
const folders: Readonly<Record<string, readonly string[]>> = {
  'functions/language': [],
  'functions/contract': ['functions/language'],
  'functions/secret': ['functions/language', 'functions/contract'],
  'functions/momento': ['functions/language', 'functions/contract'],
  'functions/fetch': ['functions/language', 'functions/contract', 'functions/secret', 'functions/momento'],
  'functions/refresh': ['functions/language', 'functions/contract', 'functions/secret', 'functions/momento'],
  'functions/validate': ['functions/language', 'functions/contract', 'functions/secret', 'functions/momento'],
  'functions/promote': ['functions/language', 'functions/contract', 'functions/secret'],
  'functions/alert': ['functions/language', 'functions/contract'],
  'functions/aws': ['functions/contract'],
  'functions/adapters': [
    'functions/language',
    'functions/contract',
    'functions/secret',
    'functions/momento',
    'functions/aws',
  ],
  [entries]: [
    'functions/contract',
    'functions/fetch',
    'functions/refresh',
    'functions/validate',
    'functions/promote',
    'functions/alert',
    'functions/adapters',
  ],
  statemachine: ['functions/contract'],
  terminal: [],
  'infra/plan': ['functions/contract'],
  'infra/functions': ['functions/contract'],
  'infra/alerting': ['functions/contract', 'infra/plan'],
  'infra/construct': ['functions/contract', 'statemachine', 'infra/plan', 'infra/functions', 'infra/alerting'],
  'infra/stack': ['functions/contract', 'infra/plan', 'infra/construct'],
  'infra/deploy': ['functions/aws', 'functions/contract', 'terminal', 'infra/plan', 'infra/stack'],
  infra: ['infra/plan', 'infra/stack'],
  'report/history': [...shared, 'functions/secret', 'statemachine', 'terminal'],
  'report/markup': ['report/history'],
  'report/diagram': ['statemachine', 'report/history', 'report/markup'],
  'report/page': [
    ...shared,
    'functions/secret',
    'statemachine',
    'terminal',
    'report/history',
    'report/markup',
    'report/diagram',
  ],
  'local/cloud/wire': [],
  'local/cloud/secrets-manager': ['functions/contract', 'local/cloud/wire'],
  'local/cloud/sns': [...shared, 'local/cloud/wire'],
  'local/cloud/momento': ['functions/contract', 'local/cloud/wire'],
  'local/interpreter': [...shared, 'statemachine'],
  'local/machine': [
    'functions/contract',
    'functions/adapters',
    entries,
    'statemachine',
    'infra/functions',
    'local/cloud/wire',
    'local/interpreter',
  ],
  'local/cloud/step-functions': [
    'functions/contract',
    'statemachine',
    'local/cloud/wire',
    'local/interpreter',
    'local/machine',
  ],
  'local/cloud': [
    ...shared,
    'functions/momento',
    'functions/adapters',
    'terminal',
    'local/cloud/wire',
    'local/cloud/secrets-manager',
    'local/cloud/sns',
    'local/cloud/momento',
    'local/machine',
  ],
  'local/failures': [
    'functions/contract',
    'functions/secret',
    'statemachine',
    'local/cloud/wire',
    'local/cloud/momento',
    'local/cloud',
    'local/machine',
  ],
  local: [
    ...shared,
    'functions/adapters',
    'statemachine',
    'terminal',
    'report/history',
    'report/page',
    'local/machine',
    'local/cloud/step-functions',
    'local/cloud',
    'local/failures',
  ],
  'cli/command': ['functions/contract', 'terminal', 'report/markup'],
  'cli/aws': [
    ...shared,
    'functions/secret',
    'functions/aws',
    'functions/adapters',
    'statemachine',
    'terminal',
    'infra/plan',
    'infra/deploy',
    'cli/command',
  ],
  'cli/deployment': [
    ...shared,
    'functions/secret',
    'functions/momento',
    'functions/adapters',
    'terminal',
    'infra/plan',
    'cli/command',
    'cli/aws',
  ],
  'cli/import': [...operating, 'functions/secret', 'functions/momento'],
  'cli/rotate': [...operating, 'statemachine', 'report/history'],
  'cli/status': operating,
  'cli/doctor': [...operating, 'statemachine', 'infra/plan'],
  'cli/report': [...operating, 'statemachine', 'report/history', 'report/markup', 'report/page'],
  'cli/rollback': [...operating, 'functions/secret', 'functions/momento'],
  cli: [
    ...shared,
    'functions/aws',
    'functions/adapters',
    'terminal',
    'infra/plan',
    'cli/command',
    'cli/deployment',
    'cli/import',
    'cli/rotate',
    'cli/status',
    'cli/doctor',
    'cli/report',
    'cli/rollback',
  ],
  'bench/baselines': ['functions/contract', 'functions/momento', 'functions/adapters'],
  bench: [
    ...shared,
    'functions/adapters',
    'statemachine',
    'terminal',
    'infra/functions',
    'local/cloud/wire',
    'local/cloud/secrets-manager',
    'local/cloud/sns',
    'local/cloud/momento',
    'local/cloud',
    'local/machine',
    'local',
  ],
};

/** Lambda entry points form a layer of their own, whatever their folder, because they wire the other folders. */
const folderOf = (file: string): string => (file.endsWith('.lambda') ? entries : dirname(file));

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
const isPackage = ({ to }: Import): boolean => !to.includes('/') || to.startsWith('@') || !sources.includes(`${to}.ts`);

const isAllowed = ({ from, to }: Import): boolean =>
  folderOf(from) === folderOf(to) || (folders[folderOf(from)]?.includes(folderOf(to)) ?? false);

test('each folder imports only the folders that the table allows', () => {
  const wrong = imports.filter((each) => !isPackage(each) && !isAllowed(each));
  expect(imports.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test('the table has no cycle, exactly the existing folders, and no unused permission', () => {
  const names = Object.keys(folders);
  const used = new Set(imports.map(({ from, to }) => `${folderOf(from)} ${folderOf(to)}`));
  expect(names.sort()).toEqual([...new Set(sources.map((file) => folderOf(file.replace(/\.ts$/, ''))))].sort());
  const order = Object.keys(folders);
  const rows = Object.entries(folders).flatMap(([name, allowed]) => allowed.map((each) => [name, each] as const));
  expect(rows.filter(([name, each]) => order.indexOf(each) >= order.indexOf(name))).toEqual([]);
  expect(rows.filter(([name, each]) => !used.has(`${name} ${each}`))).toEqual([]);
});

test('files do not import each other in a cycle, not even for types or within a folder', () => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of targets.get(file) ?? []) {
      const circle = circleFrom(target, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) expect(circleFrom(file, [])).toBeUndefined();
});

test('only adapters import an SDK', () => {
  const wrong = imports.filter(
    (each) =>
      isPackage(each) &&
      each.from.startsWith('functions/') &&
      folderOf(each.from) !== 'functions/adapters' &&
      !each.to.startsWith('node:'),
  );
  expect(wrong).toEqual([]);
});

test('the quick tests do not import from test/proofs', () => {
  const toProofs = tests
    .filter((file) => !file.startsWith('test/proofs/'))
    .flatMap(importsOf)
    .filter(({ to }) => to.startsWith('test/proofs'));
  expect(tests.length).toBeGreaterThan(100);
  expect(toProofs).toEqual([]);
});
