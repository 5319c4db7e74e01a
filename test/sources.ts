import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..');

/** The folders with production code. */
const folders = ['functions', 'statemachine', 'infra', 'terminal', 'report', 'local', 'cli', 'bench'];

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** Every TypeScript file outside test/, by its path from the root. */
export const sources: readonly string[] = folders.flatMap(filesIn);

/** Every TypeScript file in test/. */
export const tests: readonly string[] = filesIn('test');

/**
 * All modules that load together with this file, without file extensions. Type imports do not load.
 * @param options.later also follow dynamic imports
 */
export const loadedBy = (
  file: string,
  { later = false }: { readonly later?: boolean } = {},
  seen = new Set<string>(),
): Set<string> => {
  const path = join(root, `${file}.ts`);
  const text = readFileSync(path, 'utf8').replace(/import type [^;]*;/g, '');
  const imported = later ? /(?:\bfrom\s+|\bimport\()'([^'\n]+)'/g : /\bfrom\s+'([^'\n]+)'/g;
  for (const [, target = ''] of text.matchAll(imported)) {
    const to = target.startsWith('.') ? relative(root, join(dirname(path), target)) : target;
    if (seen.has(to)) continue;
    seen.add(to);
    if (target.startsWith('.') && !target.endsWith('.json')) loadedBy(to, { later }, seen);
  }
  return seen;
};
