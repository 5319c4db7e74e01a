import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sourceVersion } from '../../../infra/plan/source-version';
import packageJson from '../../../package.json';
import { synthesize } from '../template';

const files = {
  'functions/fetch/fetch.ts': 'fetch',
  'infra/app.ts': 'app',
  'statemachine/rotate-token.asl.json': '{}',
  'package-lock.json': '{ "packages": {} }',
};

const versionOf = (sources: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  try {
    for (const [name, text] of Object.entries(sources)) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return sourceVersion(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const versionWith = (changes: Readonly<Record<string, string>> = {}): string => versionOf({ ...files, ...changes });

test('the version changes with each source of the deployment, with a new one and with a renamed one', () => {
  const { 'infra/app.ts': app, ...others } = files;
  const versions = [
    versionWith(),
    ...Object.keys(files).map((name) => versionWith({ [name]: 'changed' })),
    versionWith({ 'functions/new.ts': '' }),
    versionOf({ ...others, 'infra/renamed.ts': app }),
  ];
  expect(new Set(versions).size).toBe(versions.length);
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
});

test('the version does not change with line ends, nor with files that are not deployed', () => {
  const text = { 'infra/app.ts': 'one\ntwo\n' };
  const notDeployed = { 'cli/start.ts': '', 'docs/example.json': '{}', 'package.json': '{}', 'infra/.DS_Store': '' };
  expect(versionWith({ 'infra/app.ts': 'one\r\ntwo\r\n' })).toBe(versionWith(text));
  expect(versionWith({ ...text, ...notDeployed })).toBe(versionWith(text));
});

test('sources without a lock file have a version, too: a package from npm has none', () => {
  const { 'package-lock.json': _, ...published } = files;
  expect(versionOf(published)).not.toBe(versionWith());
});

test('the stack has the version as an output', async () => {
  const { Outputs } = await synthesize();
  expect(Outputs.Version?.Value).toBe(sourceVersion());
  expect(sourceVersion()).toContain(`${packageJson.version}+`);
});
