import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

/** The folders of what is not a test. */
const folders = ['functions', 'statemachine', 'infra', 'report', 'local', 'cli', 'bench'];

/** Every TypeScript file of the project that is not a test, by its path from the root. */
export const sources: readonly string[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
