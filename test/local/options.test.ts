import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '../../local/options';
import { UsageError } from '../../terminal/usage-error';

const options = (...args: string[]) => {
  const parsed = parseOptions(args);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};

const refusal = (...args: string[]): string => {
  try {
    parseOptions(args);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('accepted');
};

test('without options the default secret is rotated once, by an empty input', () => {
  expect(options()).toMatchObject({ secret: 'momento/authentication-token', input: {}, repeat: 1, json: false });
});

test('--secret and --force go into the input', () => {
  expect(options('--secret', 'my/secret', '--force').input).toEqual({ secretName: 'my/secret', force: true });
});

test('--input is passed on unchanged', () => {
  expect(options('--input', '{"momento_auth_token_secret_nam": 1}').input).toEqual({
    momento_auth_token_secret_nam: 1,
  });
  expect(options('--input', 'null').input).toBeNull();
});

test('--token-file is read and not checked, unless no secret could hold it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'token-file-'));
  try {
    writeFileSync(join(folder, 'token.json'), 'no JSON at all');
    expect(options('--token-file', join(folder, 'token.json')).tokenFileText).toBe('no JSON at all');
    expect(refusal('--token-file', folder)).toContain('is a folder');
    expect(refusal('--token-file', join(folder, 'absent.json'))).toContain('does not exist');
    writeFileSync(join(folder, 'empty.json'), '');
    expect(refusal('--token-file', join(folder, 'empty.json'))).toContain('is empty');
    writeFileSync(join(folder, 'large.json'), 'x'.repeat(65_537));
    expect(refusal('--token-file', join(folder, 'large.json'))).toContain('larger than the 65536 bytes');
    expect(refusal('--token-file', '/dev/null')).toContain('is not a file');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [['--bogus'], "'--bogus'"],
  [['extra'], "'extra'"],
  [['--repeat', '0'], '--repeat'],
  [['--repeat', '1001'], '--repeat'],
  [['--repeat', '2.5'], '--repeat'],
  [['--rotate-before', 'tomorrow'], '--rotate-before'],
  [['--input', '{'], '--input is not JSON'],
  [['--input', '{}', '--force'], '--input is the complete input'],
  [['--secret', 'with space'], '--secret'],
  [['--secret'], '--secret'],
  [['--repeat', '-1'], '--repeat'],
  [['--every', '30s'], '--every requires --serve'],
  [['--state', 'dir'], '--state requires --serve'],
  [['--serve', '--every', 'often'], '--every must be a time'],
  [['--serve', '--every', '0s'], '--every must be a time'],
  [['--serve', '--json'], '--serve and --json'],
  [['--serve', '--repeat', '2'], '--serve and --repeat'],
  [['--serve', '--input', '{}'], '--serve and --input'],
])('%j is wrong usage, said in one line that names the option', (args, expected) => {
  const message = refusal(...args);
  expect(message).toContain(expected);
  expect(message).not.toContain('\n');
});

test('--serve takes how often to rotate and where to keep the secrets', () => {
  expect(options('--serve').serve).toEqual({ everySeconds: undefined, stateFolder: undefined });
  expect(options('--serve', '--every', '5m', '--state', 'dir').serve).toEqual({
    everySeconds: 300,
    stateFolder: 'dir',
  });
  expect(options().serve).toBeUndefined();
});

test('--help wins over every other option that is known', () => {
  expect(parseOptions(['--help', '--json'])).toBe('help');
});
