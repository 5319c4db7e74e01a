import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Input } from '../../../local/cloud/step-functions/input';
import { stateMachineArn } from '../../../local/machine/machine';
import { secretName } from '../../cloud';
import { expectNoTrace, tokensIn } from '../../token-traces';
import { type Operator, withOperator } from '../operator';

/** Starts a rotation, and waits for its end unless it shall go on. */
const rotate = async ({ run }: Operator, ...args: string[]): Promise<string> => {
  const { json } = await run(['rotate', '--json', ...args]);
  return String(json().executionArn);
};

const pageOf = async ({ run, folder, cloud }: Operator, execution: string) => {
  const file = join(folder, 'report.html');
  const ran = await run(['report', execution, '--output', file]);
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
  expectNoTrace(page, tokensIn(cloud, secretName));
  return { ...ran, page, file };
};

test('writes the page of the last execution, and prints its meaning and the file', () =>
  withOperator({}, async (operator) => {
    await rotate(operator);
    const { code, out, err, page, file } = await pageOf(operator, 'last');
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/\s+/g, ' ')).toContain(`Rotated. ${secretName} has a new token`);
    expect(out).toContain(`\nReport: ${file}\n`);
    expect(page).toContain('Rotation of a Momento token');
    expect(page.match(/class="visit /g)).toHaveLength(9);
    // From the execution's own data: Secrets Manager was not called.
    expect(page).toContain('Labels according to this execution’s own data.');
    const { AWSCURRENT, AWSPREVIOUS } = operator.labels();
    expect(page).toContain(`<code title="${AWSCURRENT}">`);
    expect(page).toContain(`<code title="${AWSPREVIOUS}">`);
  }));

test('an execution is found by its ARN and by its name; without --output the file has its name', () =>
  withOperator({}, async (operator) => {
    const arn = await rotate(operator, '--dry-run');
    const name = arn.split(':').at(-1) ?? '';
    await rotate(operator);
    for (const given of [arn, name]) {
      const { code, page } = await pageOf(operator, given);
      expect(code).toBe(0);
      expect(page).toContain('Dry run');
      expect(page).toContain(name);
    }
    const working = process.cwd();
    process.chdir(operator.folder);
    try {
      const { code, json } = await operator.run(['report', name, '--json']);
      expect(code).toBe(0);
      expect(json()).toEqual({
        file: `${name}.html`,
        executionArn: arn,
        status: 'SUCCEEDED',
        meaning: expect.stringContaining('A dry run; nothing in'),
      });
      expect(existsSync(`${name}.html`)).toBe(true);
    } finally {
      process.chdir(working);
    }
  }));

test('an ARN alone is enough: no deployment has to be found', () =>
  withOperator({}, async (operator) => {
    const arn = await rotate(operator);
    const file = join(operator.folder, 'report.html');
    const env = { MOMENTO_ROTATION_STATE_MACHINE_ARN: undefined, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
    const { code, err } = await operator.run(['report', arn, '--output', file], { env });
    expect([code, err]).toEqual([0, '']);
    expect(existsSync(file)).toBe(true);
  }));

test('a failed execution: its error, what it means and what to do', () =>
  withOperator({ fail: 'fetch:MalformedSecret' }, async (operator) => {
    await rotate(operator);
    const { code, page, out } = await pageOf(operator, 'last');
    expect(code).toBe(0);
    expect(out).toContain('Failed. The rotation of');
    for (const part of [
      'MalformedSecret',
      'What happened',
      'For applications',
      'aws secretsmanager put-secret-value',
    ]) {
      expect(page).toContain(part);
    }
  }));

test('a running execution: what it has done so far', () =>
  // It looks for a token for half a minute before it fails.
  withOperator({ fail: 'refresh:RefreshRejected' }, async (operator) => {
    await rotate(operator, '--no-follow');
    const { out, page } = await pageOf(operator, 'last');
    expect(out.replace(/\s+/g, ' ')).toContain('has been running for');
    expect(page).toContain('The current token is unchanged');
    expect(page).toContain('So far');
  }));

test('an execution that does not exist, and a name that cannot be one, are refused with a sentence', () =>
  withOperator({}, async (operator) => {
    const none = await pageOf(operator, 'last');
    expect([none.code, none.err]).toEqual([2, 'There is no execution yet. Start one: npx momento-rotation rotate\n']);
    const arn = await rotate(operator, '--dry-run');
    const absent = await pageOf(operator, `${arn}x`);
    expect(absent.code).toBe(2);
    expect(absent.err).toBe(`There is no execution ${arn}x. Step Functions keeps executions for 90 days.\n`);
    for (const given of ['arn:aws:states:us-east-1:1:stateMachine:x', 'no name', 'a/b', 'a*b']) {
      const { code, err } = await pageOf(operator, given);
      expect([code, err]).toEqual([2, expect.stringMatching(/^Not the (ARN|name) of an execution\. .*\n$/)]);
    }
  }));

test('a token that was given as a secret’s name is not repeated, on the page or on the terminal', () =>
  withOperator({}, async (operator) => {
    const key = Buffer.from(JSON.stringify({ endpoint: 'cell.example.com', api_key: 'k'.repeat(60) })).toString(
      'base64',
    );
    const input = JSON.stringify({ secretName: key });
    operator.served.stepFunctions.call('StartExecution', { stateMachineArn, name: 'stray', input });
    const { page, out } = await pageOf(operator, 'stray');
    expect(page.length).toBeGreaterThan(10_000);
    // Not toContain: a failing test must not print it.
    expect([page, out].map((text) => text.includes(key))).toEqual([false, false]);
  }));

test('a file that is not a report, such as a token file, is not overwritten', () =>
  withOperator({}, async (operator) => {
    await rotate(operator, '--dry-run');
    const file = operator.download('momento_token.info.json');
    const before = readFileSync(file, 'utf8');
    const { code, err } = await operator.run(['report', 'last', '--output', file]);
    expect([code, err]).toEqual([2, expect.stringContaining('exists and is not a report, so it is not overwritten')]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const report = join(operator.folder, 'report.html');
    for (const again of [false, true]) {
      expect([(await operator.run(['report', 'last', '--output', report])).code, again]).toEqual([0, again]);
    }
    writeFileSync(report, '');
    expect((await operator.run(['report', 'last', '--output', report])).code).toBe(0);
  }));

test('without permission to read the definition, the local file is drawn, and the page says so', () =>
  withOperator({}, async (operator) => {
    await rotate(operator, '--dry-run');
    const { stepFunctions } = operator.served;
    const { call } = stepFunctions;
    stepFunctions.call = (action: string, input: Input) => {
      if (action === 'DescribeStateMachineForExecution') {
        throw Object.assign(new Error('denied'), { code: 'AccessDeniedException', httpStatus: 400 });
      }
      return call(action, input);
    };
    const { code, page } = await pageOf(operator, 'last');
    expect(code).toBe(0);
    expect(page).toContain('the state machine from the folder in which this report was created');
  }));
