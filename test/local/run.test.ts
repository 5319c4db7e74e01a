import { runLocal } from '../../local/run';

/** Runs the program in this process. */
const run = async (...args: string[]) => {
  const text = { out: '', err: '' };
  const code = await runLocal(args, {
    stdout: {
      write: (written: string) => {
        text.out += written;
      },
    },
    stderr: {
      write: (written: string) => {
        text.err += written;
      },
    },
    env: {},
  });
  return { code, ...text, json: () => JSON.parse(text.out) as Record<string, unknown> };
};

test('one rotation is shown state by state, with the decision, the versions before and after, and the cost', async () => {
  const { code, out, err } = await run();
  expect([code, err]).toEqual([0, '']);
  const shown = ['Versions before', 'Fetch', 'Refresh', 'Validate', 'Promote', 'Verify', 'Rotated', 'Versions after'];
  const positions = shown.map((text) => out.indexOf(text));
  expect(positions).toEqual([...positions].sort((one, other) => one - other));
  expect(positions).not.toContain(-1);
  expect(out).toMatch(/current \w{8}… valid for 1 day → refresh/);
  expect(out).toMatch(/AWSCURRENT, momento-successor/);
  expect(out).toMatch(/Outcome: rotated; the current token is valid until \d{4}-/);
  expect(out).toMatch(/1 refresh, 2 checks; Secrets Manager 8\s+reads, 4\s+writes/);
  expect(out).not.toContain('\u001b');
});

test('--json prints one object and nothing else', async () => {
  const { code, json } = await run('--json');
  expect(code).toBe(0);
  expect(json()).toEqual({
    outcome: 'rotated',
    secretName: 'momento/authentication-token',
    versionId: expect.any(String),
    previousVersionId: expect.any(String),
    validUntil: expect.any(Number),
    validUntilIso: expect.any(String),
    verified: true,
    detail: expect.any(String),
    executionName: expect.any(String),
    durationMs: expect.any(Number),
    calls: { momentoRefresh: 1, momentoCheck: 2, secretReads: 8, secretWrites: 4 },
    alerts: [],
    versions: expect.arrayContaining([{ versionId: expect.any(String), labels: ['AWSCURRENT', 'momento-successor'] }]),
  });
});

test('--repeat 3 gives three rotations; current and previous are right after each, and nothing is pending', async () => {
  const { code, json } = await run('--json', '--repeat', '3');
  expect(code).toBe(0);
  const { rounds, ...last } = json() as { rounds: Record<string, unknown>[] };
  expect(rounds).toHaveLength(3);
  expect(last).toEqual(rounds[2]);
  rounds.forEach((round, index) => {
    const labels = Object.fromEntries(
      (round.versions as { versionId: string; labels: string[] }[]).flatMap((version) =>
        version.labels.map((label) => [label, version.versionId]),
      ),
    );
    expect(round.outcome).toBe('rotated');
    expect(labels).toMatchObject({ AWSCURRENT: round.versionId, AWSPREVIOUS: round.previousVersionId });
    expect(labels).not.toHaveProperty('AWSPENDING');
    if (index > 0) expect(round.previousVersionId).toBe(rounds[index - 1]?.versionId);
  });
});

test('--repeat stays within the quota on versions', async () => {
  // Two versions each: more than a secret may have.
  const { code, json } = await run('--json', '--repeat', '60', '--single-use');
  expect(code).toBe(0);
  expect((json().rounds as unknown[]).length).toBe(60);
});

test('the input that the predecessor documented works as it is', async () => {
  const { code } = await run('--input', '{"momento_auth_token_secret_name": "momento/authentication-token"}');
  expect(code).toBe(0);
});

test('a wrong field of the input exits 2, with a sentence that names the field', async () => {
  const { code, out } = await run('--input', '{"momento_auth_token_secret_nam": 1}');
  expect(code).toBe(2);
  expect(out.replace(/\s+/g, ' ')).toContain('"momento_auth_token_secret_nam" is not a known field');
});

test('a failed execution exits 1 and says step, error and message', async () => {
  const { code, json } = await run('--json', '--input', '{"secretName": "absent"}');
  expect(code).toBe(1);
  expect(json()).toMatchObject({
    outcome: 'failed',
    secretName: 'absent',
    step: 'Fetch',
    error: 'SecretNotFound',
    message: expect.stringContaining('There is no secret absent'),
    alerts: [{ subject: '[critical] Rotation of absent failed: SecretNotFound', body: expect.any(String) }],
  });
});

test('--rotate-before 1h with a day left ends as notDue, without a write', async () => {
  const { code, json } = await run('--json', '--rotate-before', '1h');
  expect(code).toBe(0);
  expect(json()).toMatchObject({ outcome: 'notDue', calls: { momentoRefresh: 0, secretWrites: 0 } });
});

test('--force overrides --rotate-before', async () => {
  expect((await run('--json', '--rotate-before', '1h', '--force')).json().outcome).toBe('rotated');
});

test('--secret names the secret', async () => {
  expect((await run('--json', '--secret', 'team/token')).json().secretName).toBe('team/token');
});

test('--help is for standard output and exits 0; wrong usage is one line on standard error and exits 2', async () => {
  const help = await run('--help');
  expect([help.code, help.err]).toEqual([0, '']);
  expect(help.out).toContain('--repeat <n>');
  const wrong = await run('--no-such-option');
  expect([wrong.code, wrong.out]).toEqual([2, '']);
  expect(wrong.err.trim().split('\n')).toHaveLength(1);
});

test('--fail list prints a line for each failure and exits 0', async () => {
  const { code, out, err } = await run('--fail', 'list');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ {2}refresh:crash +\* the function dies/m);
  expect(out.split('\n').filter((line) => /^ {2}\w+:\w+ /.test(line)).length).toBeGreaterThan(30);
});

test('a failure is shown with its retries and with the alert, as a subscriber gets it', async () => {
  const { code, out } = await run('--fail', 'refresh:MomentoUnavailable:always');
  expect(code).toBe(1);
  expect(out).toContain('Failing refresh:MomentoUnavailable:always: Momento is down.');
  expect(out).toMatch(/↻ Refresh +MomentoUnavailable/);
  expect(out).toContain('Alert as sent to e-mail subscribers');
  expect(out).toContain('Subject: [warning] Rotation of momento/authentication-token failed: MomentoUnavailable');
  // Whole, to be copied.
  expect(out).toMatch(/^ {4}aws stepfunctions start-execution .*"momento\/authentication-token"}'$/m);
});

test('a rotation that could not be verified is a good outcome, and says that it was not', async () => {
  const { code, out } = await run('--fail', 'verify:MomentoUnavailable:always');
  expect(code).toBe(0);
  expect(out).toContain('Outcome: rotated, not verified; the current token is valid until');
});

test('an alert that was not sent is reported', async () => {
  const { code, out } = await run('--fail', 'alert:SnsUnavailable:always');
  expect(code).toBe(1);
  expect(out).toContain('No alert reached the subscribers.');
  expect(out).toContain('Failed in Refresh: RefreshRejected.');
  expect(out).toMatch(/↻ Alert +SnsUnavailable: SNS could not publish[^↻]*↻ Alert +SnsUnavailable again\n/);
});

test('a failure that passes is got over, and --json has no alert', async () => {
  const { code, json } = await run('--fail', 'validate:MomentoUnavailable', '--json');
  expect(code).toBe(0);
  expect(json()).toMatchObject({ outcome: 'rotated', alerts: [] });
});

test('a failure of the first round leaves its token to the second, which refreshes no other', async () => {
  const { code, json } = await run('--fail', 'promote:SecretsManagerUnavailable:always', '--repeat', '2', '--json');
  expect(code).toBe(0);
  const { rounds } = json() as { rounds: { outcome: string; calls: { momentoRefresh: number }; alerts: unknown[] }[] };
  expect(rounds.map(({ outcome, calls, alerts }) => [outcome, calls.momentoRefresh, alerts.length])).toEqual([
    ['failed', 1, 1],
    ['resumed', 0, 0],
  ]);
});

test('an execution that ends in InvalidInput exits 2, also when it is the secret that is set up wrongly', async () => {
  expect((await run('--fail', 'fetch:InvalidInput')).code).toBe(2);
});

test('a failure that is not in the list is wrong usage', async () => {
  const { code, out, err } = await run('--fail', 'refresh:Nonsense');
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe('--fail: there is no failure refresh:Nonsense. To list them: npm start -- --fail list\n');
});

test('a failure whose step was never reached is said to be', async () => {
  const { code, err } = await run('--fail', 'promote:crash', '--rotate-before', '1h');
  expect([code, err]).toEqual([0, 'The failure was not provoked: the execution did not reach that step.\n']);
});
