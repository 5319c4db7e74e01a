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

const versionWith = (changes: Readonly<Record<string, string>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  try {
    for (const [name, text] of Object.entries({ ...files, ...changes })) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return sourceVersion(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test('the version changes with each source of the deployment, and with a new one', () => {
  const versions = [
    versionWith(),
    ...Object.keys(files).map((name) => versionWith({ [name]: 'changed' })),
    versionWith({ 'functions/new.ts': '' }),
  ];
  expect(new Set(versions).size).toBe(versions.length);
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
});

test('it does not change with line ends, nor with what is not deployed', () => {
  const text = { 'infra/app.ts': 'one\ntwo\n' };
  expect(versionWith({ 'infra/app.ts': 'one\r\ntwo\r\n' })).toBe(versionWith(text));
  expect(versionWith({ ...text, 'docs/operate.md': '#', 'infra/.DS_Store': '' })).toBe(versionWith(text));
});

test('the stack has it as an output', async () => {
  const { Outputs } = await synthesize();
  expect(Outputs.Version?.Value).toBe(sourceVersion());
  expect(sourceVersion()).toContain(`${packageJson.version}+`);
});
