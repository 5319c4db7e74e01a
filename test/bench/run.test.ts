import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { helpText, runBench } from '../../bench/run';

test.each([[['--fast']], [['--json=yes']], [['quick']]])('%j is refused with a sentence', async (args) => {
  await expect(runBench(args)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/^[^\n]+See npm run bench -- --help\.$/),
  });
});

test('the help names every option', () => {
  for (const option of ['--quick', '--json', '--help']) expect(helpText()).toContain(option);
});

test('a reader that stops reading the output causes no error', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/start.ts', '--help'], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (data) => {
    err += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([0, '']);
});
