import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLocal } from '../../local/run';

const inFolder = async (test: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const run = async (...args: string[]) => {
  const text = { out: '', err: '' };
  const sink = (to: 'out' | 'err') => ({ write: (written: string) => (text[to] += written) });
  const code = await runLocal(args, { stdout: sink('out'), stderr: sink('err'), env: {} });
  return { code, ...text };
};

test('--report writes the page, with the versions as they were and are, and says where', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'out.html');
    const { code, out } = await run('--report', file);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`\nReport: ${file}\n$`));
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('Read from Secrets Manager just before and just after the execution.');
    for (const label of ['AWSCURRENT', 'AWSPREVIOUS', 'momento-successor', 'momento-claim']) {
      expect(page).toContain(`<code>${label}</code>`);
    }
  }));

test('a failed run has a report as well, and --json stays one object', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'out.html');
    const { code, out } = await run('--fail', 'refresh:RefreshRejected', '--json', '--report', file);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'failed', error: 'RefreshRejected' });
    expect(readFileSync(file, 'utf8')).toContain('failed in Refresh with RefreshRejected');
  }));

test('with --repeat each round has a report, and each is its own', () =>
  inFolder(async (folder) => {
    await run('--repeat', '2', '--fail', 'refresh:RefreshRejected', '--report', join(folder, 'out.html'));
    expect(readdirSync(folder).sort()).toEqual(['out-1.html', 'out-2.html']);
    expect(readFileSync(join(folder, 'out-1.html'), 'utf8')).toContain('failed in Refresh');
    expect(readFileSync(join(folder, 'out-2.html'), 'utf8')).toContain('has a new token');
  }));

test.each([
  [
    'a file that is not a report',
    'taken.json',
    'exists and is not a report, so it is not overwritten. Name another file.',
  ],
  ['a folder', 'folder', 'is not a regular file. Name another file.'],
  ['a folder that is not there', 'none/out.html', 'cannot be written (ENOENT). Name a file in a folder of yours.'],
])('%s is refused before anything runs', (_, name, sentence) =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'taken.json'), '{"authToken": "mine"}');
    mkdirSync(join(folder, 'folder'));
    const { code, out, err } = await run('--report', join(folder, name));
    expect([code, out, err]).toEqual([2, '', `--report: ${join(folder, name)} ${sentence}\n`]);
    expect(readFileSync(join(folder, 'taken.json'), 'utf8')).toBe('{"authToken": "mine"}');
  }),
);

test.each(['', 'somewhere/'])('--report %j names no file', async (name) => {
  const { code, out, err } = await run('--report', name);
  expect([code, out, err]).toEqual([2, '', '--report must name a file, such as out.html.\n']);
});

test('--report does not go with --serve', async () => {
  const { code, err } = await run('--serve', '--report', 'out.html');
  expect([code, err]).toEqual([2, '--serve and --report cannot be combined. See npm start -- --help.\n']);
});
