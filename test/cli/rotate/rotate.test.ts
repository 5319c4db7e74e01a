import { secretName } from '../../cloud';
import { before, withOperator } from '../operator';

test('a rotation is started under a name that people recognise, and followed state by state to its end', () =>
  withOperator({}, async ({ run, labels }) => {
    const before = labels().AWSCURRENT;
    const { code, out, err } = await run(['rotate', '--secret', secretName]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Started by-hand-momento-authentication-token-\d{8}T\d{6}Z-[0-9a-f]{4}$/m);
    const shown = ['Fetch', 'Refresh', 'Validate', 'Promote', 'Verify', 'Rotated', 'Outcome: rotated'];
    const positions = shown.map((text) => out.indexOf(text));
    expect(positions).toEqual([...positions].sort((one, other) => one - other));
    expect(positions).not.toContain(-1);
    expect(labels()).toMatchObject({ AWSPREVIOUS: before });
  }));

test('--json prints only the execution’s output, with its name', () =>
  withOperator({}, async ({ run, labels }) => {
    const { code, json } = await run(['rotate', '--json']);
    expect(code).toBe(0);
    expect(json()).toEqual({
      outcome: 'rotated',
      secretName,
      versionId: labels().AWSCURRENT,
      previousVersionId: labels().AWSPREVIOUS,
      validUntil: expect.any(Number),
      validUntilIso: expect.any(String),
      verified: true,
      detail: expect.any(String),
      executionArn: expect.stringContaining(':execution:RotateMomentoToken:by-hand-'),
      executionName: expect.stringMatching(/^by-hand-/),
      durationMs: expect.any(Number),
    });
  }));

test('a dry run says what would be done, and changes nothing', () =>
  withOperator({}, async ({ run, labels }) => {
    const before = labels();
    const { code, out } = await run(['rotate', '--dry-run']);
    expect(code).toBe(0);
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('nothing was changed. Whether the secret can be written and Momento would refresh it, only');
    expect(text).toContain('Outcome: dryRun');
    expect(labels()).toEqual(before);
  }));

test('--force and the secret reach the execution', () =>
  withOperator({}, async ({ run, served }) => {
    const { json } = await run(['rotate', '--force', '--secret', secretName, '--no-follow', '--json']);
    const { executionArn } = json() as { executionArn: string };
    const { SFNClient, DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
    const client = new SFNClient({
      endpoint: String(served.env.AWS_ENDPOINT_URL),
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    client.destroy();
    expect(JSON.parse(input)).toEqual({ secretName, force: true });
  }));

test('a failed execution is shown with its reason, and the exit code says whether the input was wrong', () =>
  withOperator({}, async ({ run }) => {
    const failed = await run(['rotate', '--secret', 'no/such/secret']);
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(/✗ Fetch +SecretNotFound: There is no secret no\/such\/secret/);
    expect(failed.out).toContain('Failed in Fetch: SecretNotFound.');
    // As the alert tells it.
    expect(failed.out.replace(/\s+/g, ' ')).toContain(
      'No application can read a secret of this name. Restore the secret if',
    );
    expect(failed.out).toContain('  aws secretsmanager list-secrets --region us-east-1');
    const json = await run(['rotate', '--secret', 'no/such/secret', '--json']);
    expect(json.json()).toMatchObject({
      outcome: 'failed',
      secretName: 'no/such/secret',
      step: 'Fetch',
      error: 'SecretNotFound',
      message: expect.stringContaining('There is no secret'),
      executionName: expect.stringMatching(/^by-hand-no-such-secret-/),
    });
  }));

test('the command of an alert is in one line, however narrow the terminal', () =>
  withOperator({}, async ({ run }) => {
    const { out } = await run(['rotate', '--secret', 'no/such/secret'], { columns: 40 });
    expect(out).toMatch(/^ {2}aws secretsmanager list-secrets .* --output text$/m);
  }));

test('if the alert function failed as well, only the failure is shown', () =>
  withOperator({ fail: 'alert:AccessDenied' }, async ({ run }) => {
    const { code, out, err } = await run(['rotate', '--secret', 'no/such/secret']);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('✗ Alert');
    expect(out.trim()).toMatch(/Failed in Fetch: SecretNotFound\. Took .*\.$/);
  }));

test('an execution that ends in InvalidInput gives exit code 2', () =>
  withOperator({ fail: 'fetch:InvalidInput' }, async ({ run }) => {
    expect(await run(['rotate', '--json'])).toMatchObject({ code: 2 });
  }));

test('Ctrl-C stops following, not the execution, and says so', () =>
  withOperator({ fail: 'validate:MomentoUnavailable:always' }, async ({ run }) => {
    const { code, err } = await run(['rotate'], { interruptAt: 'MomentoUnavailable' });
    expect(code).toBe(130);
    expect(err).toMatch(/Stopped the display\. The execution by-hand-\S+ continues/);
    expect((await run(['status', '--json'])).json()).toMatchObject({
      secrets: [{ lastRun: { value: { run: { outcome: 'running' } } } }],
    });
  }));

test('with --json, Ctrl-C prints the name of the execution', () =>
  withOperator({}, async ({ run, cloud }) => {
    const { code, json } = await run(['rotate', '--json'], {
      // As soon as the execution has begun to read.
      onStart: (pressCtrlC) => before(cloud, 'DescribeSecret', pressCtrlC),
    });
    expect(code).toBe(130);
    expect(json()).toEqual({
      outcome: 'notFollowed',
      executionArn: expect.stringContaining(':execution:'),
      executionName: expect.stringMatching(/^by-hand-/),
    });
  }));

test.each([80, 200])(
  'only a command to copy is wider than a terminal of %d columns, and only a terminal gets colours',
  (columns) =>
    withOperator({}, async ({ run }) => {
      const { out } = await run(['rotate', '--secret', 'no/such/secret'], { columns });
      expect(out).toContain('\u001b[31m✗');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
      const plain = out.replace(/\u001b\[\d+m/g, '');
      const lines = plain.split('\n').filter((line) => !line.startsWith('  aws '));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect((await run(['rotate', '--dry-run'])).out).not.toContain('\u001b');
    }),
);

test('a name that no secret can have is refused before anything starts', () =>
  withOperator({}, async ({ run }) => {
    const { code, out, err } = await run(['rotate', '--secret', 'with space']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('--secret must be');
  }));
