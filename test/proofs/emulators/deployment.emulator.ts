import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { papers, root, writtenBlock } from '../../papers/papers';
import { countingJavaScript, countingPython } from '../../papers/programs';
import {
  alertOf,
  current,
  disconnect,
  ended,
  executionsOf,
  labelled,
  leaveOnNewest,
  makeQueue,
  outputs,
  queueName,
  recordOf,
  secretName,
  secretNames,
  stop,
} from './deployed';
import { executionIn, folder, printed, shell, signIn, succeeds, tokenFile } from './person';
import { neverAsked, paperCommand } from './shell';
import { until } from './until';
import { startWatchedMomento, type WatchedMomento } from './watched-momento';

// The stack as the ordinary CDK deploys it, in MiniStack; Momento is the embedded one. Each test goes on from the one
// before. A person's commands run without anything of the environment of whoever runs the tests.

let momento: WatchedMomento;

/** A new token, as Momento's console gives it, in the file that README speaks of. */
const downloadToken = (): Record<string, unknown> => {
  const document = momento.issue();
  writeFileSync(tokenFile(), JSON.stringify(document), { mode: 0o600 });
  return document;
};

beforeAll(async () => {
  momento = await startWatchedMomento();
  signIn(momento.url);
});

afterAll(async () => {
  await momento?.close();
  disconnect();
});

/** Starts a rotation by the command of the outputs. */
const startRotation = async (): Promise<string> => {
  const { Next3Rotate = '' } = await outputs();
  return executionIn(await succeeds(`${Next3Rotate} --secret ${secretName} --no-follow --json`));
};

test('without the CDK’s own stack, deploy names the command that makes it', async () => {
  const { status: code, stderr } = await shell('npm run --silent deploy');
  expect(stderr.trim()).toMatch(/Run this once: npx cdk bootstrap aws:\/\/\d{12}\/us-east-1$/);
  expect(code).toBe(2);
});

test('README’s commands bootstrap and deploy, and the outputs say what to do next', async () => {
  await succeeds(paperCommand('npx cdk bootstrap'));
  const { stdout, stderr } = await succeeds(paperCommand('npm run deploy -- -c alertEmails'));
  expect(`${stdout}${stderr}`).toContain('Next3Rotate');
  expect(Object.keys(await outputs()).sort()).toEqual([
    'AlertTopicArn',
    'Next1ImportToken',
    'Next2ConfirmEmail',
    'Next3Rotate',
    'Next4Watch',
    'ScheduleNames',
    'SecretArns',
    'StateMachineArn',
    'Version',
  ]);
});

test('the output’s command imports the token, and the next one rotates it', async () => {
  const document = downloadToken();
  const { Next1ImportToken = '' } = await outputs();
  await succeeds(`${Next1ImportToken} ${tokenFile()}`);
  const before = await current();
  expect(before.document).toEqual(document);

  const execution = await ended(await startRotation());
  expect(execution.status).toBe('SUCCEEDED');
  const after = await current();
  expect(JSON.parse(execution.output ?? '')).toMatchObject({
    outcome: 'rotated',
    secretName,
    versionId: after.versionId,
    previousVersionId: before.versionId,
    verified: true,
  });
  expect(after.document.authToken).not.toBe(document.authToken);
  expect(Object.keys(after.document)).toEqual(Object.keys(document));
  const labels = await labelled();
  expect(labels).toMatchObject({
    AWSCURRENT: after.versionId,
    'momento-successor': after.versionId,
    AWSPREVIOUS: before.versionId,
    'momento-claim': expect.stringMatching(/-c\d+$/),
  });
  expect(labels).not.toHaveProperty('AWSPENDING');
});

test('README’s commands of the AWS CLI import, rotate, and print the new key', async () => {
  const document = downloadToken();
  await succeeds(paperCommand('aws secretsmanager put-secret-value'), folder);
  const { StateMachineArn = '' } = await outputs();
  const start = paperCommand('aws stepfunctions start-execution');
  const variable = `export MOMENTO_ROTATION_STATE_MACHINE_ARN=${StateMachineArn}`;
  const execution = await ended(executionIn(await succeeds(`${variable}; ${start}`)));
  expect(execution.status).toBe('SUCCEEDED');
  const { stdout } = await succeeds(paperCommand('aws secretsmanager get-secret-value'));
  expect(stdout.trim()).toBe((await current()).document.authToken);
  expect(stdout.trim()).not.toBe(document.authToken);
});

test('README’s programs read the key, and read it again when they are told that it was refused', async () => {
  const script = join(folder, 'application.mjs');
  const python = join(folder, 'application.py');
  const isCurrent = async (command: string) => {
    const { stdout } = await succeeds(command);
    const [first, kept, fresh] = stdout.trim().split('\n');
    expect([first, kept, fresh]).toEqual(['0', '0', '1']);
  };
  const { authToken } = (await current()).document;
  writeFileSync(script, countingJavaScript(writtenBlock('js', 'import { GetSecretValueCommand'), authToken));
  writeFileSync(python, countingPython(writtenBlock('python', 'import json'), authToken));
  await isCurrent(`ln -sfn ${join(root, 'node_modules')} ${join(folder, 'node_modules')}; node ${script}`);
  await isCurrent(`python ${python}`);
});

test('the operator’s commands import, rotate, show and check', async () => {
  const document = downloadToken();
  const imported = printed(await succeeds(`${paperCommand('npx momento-rotation import')} ${tokenFile()} --json`));
  expect(imported).toMatchObject({ outcome: 'imported', secretName, versionId: (await current()).versionId });
  expect((await current()).document).toEqual(document);

  const { stdout } = await succeeds(paperCommand('npx momento-rotation rotate'));
  expect(stdout).toMatch(/✓ Rotated\n\nOutcome: rotated; /);
  const rotated = await current();
  expect(await labelled()).toMatchObject({ AWSPREVIOUS: imported.versionId });
  const report = join(folder, 'report.html');
  const reported = printed(await succeeds(`${paperCommand('npx momento-rotation report')} --output ${report} --json`));
  expect(reported).toMatchObject({
    file: report,
    status: 'SUCCEEDED',
    meaning: expect.stringContaining('has a new token'),
  });
  const page = readFileSync(report, 'utf8');
  expect(page.match(/class="visit /g)).toHaveLength(9);
  expect(page.match(/class="state [a-z]+ succeeded"/g)).toHaveLength(9);
  // The definition is the deployed one, with its real functions.
  expect(page).not.toContain('from the folder in which this report was created');
  const rehearsed = printed(await succeeds(`${paperCommand('npx momento-rotation rotate --dry-run')} --json`));
  expect(rehearsed).toMatchObject({ outcome: 'dryRun', versionId: rotated.versionId });

  const status = await succeeds(paperCommand('npx momento-rotation status'));
  // A day, less what the deployment took since.
  expect(status.stdout).toMatch(/rotated +in (1 day|23 hours)/);
  expect(status.stdout).toMatch(/none of 10 alarms raised\nSubscriptions +1 subscription confirmed, 0 not/);
  expect(status.stdout).toContain('No action required.');

  const { findings } = printed(await succeeds(`${paperCommand('npx momento-rotation doctor')} --json`)) as {
    findings: { verdict: string; about: string; found: string }[];
  };
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(findings.map(({ about }) => about)).toEqual([
    'stack',
    `schedule of ${secretName}`,
    `token in ${secretName}`,
    `native rotation of ${secretName}`,
    `key of ${secretName}`,
    `runway of ${secretName}`,
    `last success of ${secretName}`,
    'subscriptions',
    'key of the topic',
    'alarms',
    'state machine',
    'version',
  ]);
});

test('the operator’s commands say what is wrong in one sentence, and their exit code says it as well', async () => {
  const fails = async (command: string) => {
    const { status, stderr } = await shell(command);
    expect(stderr.trim()).not.toContain('\n');
    return [status, stderr.trim()];
  };
  expect(await fails('npx momento-rotation status --stack Absent')).toEqual([
    2,
    expect.stringContaining('There is no stack Absent in us-east-1.'),
  ]);
  expect(await fails('npx momento-rotation rotate --stack CDKToolkit')).toEqual([
    2,
    expect.stringContaining('has no output StateMachineArn'),
  ]);
  expect(await fails('npx momento-rotation import absent.json')).toEqual([
    2,
    expect.stringContaining('does not exist'),
  ]);
  const notRotated = `momento/mistyped is not a secret of this deployment. Its secrets are: ${secretName}.`;
  for (const command of ['rotate', `import ${tokenFile()}`, 'status']) {
    expect(await fails(`npx momento-rotation ${command} --secret momento/mistyped`)).toEqual([
      2,
      expect.stringContaining(notRotated),
    ]);
  }
  expect(await secretNames()).toEqual([secretName]);
});

test('a schedule starts a rotation, and its settings are those of the deployment', async () => {
  await makeQueue();
  const queueArn = `arn:aws:sqs:us-east-1:000000000000:${queueName}`;
  // Longer than the token lives: every run finds it due.
  const settings = `-c alertSubscriptions=${queueArn} -c 'schedule=rate(1 minute)' -c rotateBefore=60d`;
  await succeeds(`npm run deploy -- ${settings}`);
  const { StateMachineArn = '' } = await outputs();
  const known = new Set((await executionsOf(StateMachineArn)).map(({ executionArn }) => executionArn));
  const started = await until('a scheduled execution', async () =>
    (await executionsOf(StateMachineArn)).find(({ executionArn }) => !known.has(executionArn)),
  );
  const execution = await ended(String(started.executionArn));
  expect(JSON.parse(execution.input ?? '')).toMatchObject({ secretName });
  expect([execution.status, JSON.parse(execution.output ?? '{}')]).toMatchObject([
    'SUCCEEDED',
    { outcome: 'rotated', verified: true },
  ]);
  // From here on nobody else rotates.
  const { stderr } = await succeeds(`npm run deploy -- -c alertSubscriptions=${queueArn}`);
  // One for another.
  expect(stderr).not.toContain('will be removed');
});

test('when Momento refuses, the execution fails, the token stays, and the alert reaches a queue', async () => {
  momento.refuses = true;
  const before = await current();
  const execution = await ended(await startRotation());
  momento.refuses = false;
  expect(execution.status).toBe('FAILED');
  expect(execution.cause).toContain('Momento refused to refresh the token');
  expect(await current()).toEqual(before);

  expect(await alertOf(execution.executionArn)).toMatchObject({
    secretName,
    step: 'Refresh',
    validUntil: before.document.validUntil,
  });
});

test('an execution that somebody stops is told to the queue by the rule', async () => {
  // So that it waits for a successor for half a minute.
  momento.refuses = true;
  const executionArn = await startRotation();
  await stop(executionArn);
  momento.refuses = false;
  expect((await ended(executionArn)).status).toBe('ABORTED');
  const alert = await until('the alert of the rule', async () => {
    const each = await alertOf(executionArn);
    return each.error === 'ABORTED' ? each : undefined;
  });
  expect(alert).toMatchObject({ severity: 'critical', secretName: 'unknown' });
});

test('the operator rolls back to the previous token', async () => {
  const before = await labelled();
  await leaveOnNewest('momento-successor');
  const rolledBack = printed(await succeeds(`${paperCommand('npx momento-rotation rollback')} --yes --json`));
  expect(rolledBack).toMatchObject({
    versionId: before.AWSPREVIOUS,
    takenOff: [{ label: 'momento-successor', versionId: before.AWSCURRENT }],
  });
  const after = await labelled();
  expect(after).toMatchObject({ AWSCURRENT: before.AWSPREVIOUS, AWSPREVIOUS: before.AWSCURRENT });
  expect(after).not.toHaveProperty('momento-successor');
});

test('no history holds a token', async () => {
  const { StateMachineArn = '' } = await outputs();
  const executions = await executionsOf(StateMachineArn);
  expect(executions.length).toBeGreaterThanOrEqual(4);
  expect(momento.tokens.size).toBeGreaterThanOrEqual(8);
  for (const { executionArn } of executions) {
    const text = await recordOf(executionArn);
    // It is there where it is looked for.
    expect(text).toContain(secretName);
    for (const token of momento.tokens) expect(text.includes(token)).toBe(false);
  }
});

test('README’s command subscribes an address', async () => {
  const { AlertTopicArn = '' } = await outputs();
  const { stdout } = await succeeds(`export ALERT_TOPIC_ARN=${AlertTopicArn}; ${paperCommand('aws sns subscribe')}`);
  expect(JSON.parse(stdout)).toHaveProperty('SubscriptionArn');
});

test('a deployment that leaves a setting out says what ends', async () => {
  const { stderr } = await succeeds('npm run deploy');
  expect(stderr).toContain("1 of the stack's 1 subscriptions will be removed: these settings do not contain them.");
  expect(stderr).toContain('-c settings are not stored');
});

test('destroy takes the stack away, and leaves the secret', async () => {
  await succeeds(paperCommand('npm run destroy'));
  await expect(outputs()).rejects.toThrow('does not exist');
  expect(await secretNames()).toContain(secretName);
  expect((await current()).document).toHaveProperty('authToken');
});

test('every command of the papers that needs an account was run here, but those of the way over from the predecessor', () => {
  expect(neverAsked(papers.filter(({ file }) => file !== 'docs/move-over.md'))).toEqual([]);
});
