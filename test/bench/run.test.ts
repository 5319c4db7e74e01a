import { helpText, runBench } from '../../bench/run';

test.each([[['--fast']], [['--json=yes']], [['quick']]])('%j is refused in a sentence', async (args) => {
  await expect(runBench(args)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(/^[^\n]+See npm run bench -- --help\.$/),
  });
});

test('the help names every option', () => {
  for (const option of ['--quick', '--json', '--help']) expect(helpText).toContain(`  ${option} `);
});
