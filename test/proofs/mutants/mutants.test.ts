import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from './mutants';

const root = join(__dirname, '..', '..', '..');

test('every mutant changes the code and names an existing test', () => {
  expect(mutants.length).toBeGreaterThan(25);
  for (const { name, file, killer, mutate } of mutants) {
    const text = readFileSync(join(root, file), 'utf8');
    expect([name, mutate(text) === text]).toEqual([name, false]);
    expect([name, existsSync(join(root, killer))]).toEqual([name, true]);
  }
});

test('mutant names are unique', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('the page says how many there are', () => {
  expect(readFileSync(join(root, 'docs/evidence.md'), 'utf8')).toContain(`There are ${mutants.length} mutants.`);
});
