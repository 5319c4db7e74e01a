import aslValidator from 'asl-validator';
import { refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import { errorNames } from '../../functions/contract/errors';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { claimLeaseSeconds } from '../../functions/contract/timing';
import { leastTimeMilliseconds } from '../../functions/refresh/refresh';
import { functionTable } from '../../infra/functions/table';
import { bindDefinition, readDefinitionText } from '../../statemachine/definition';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
  readonly Parameters?: { readonly FunctionName?: string; readonly Payload?: object };
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Assign?: object;
    readonly ResultPath?: string | null;
    readonly Next: string;
  }[];
  readonly ResultPath?: string | null;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
}

const definition = JSON.parse(readDefinitionText()) as {
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
};
const states = Object.entries(definition.States);
const tasks = states.filter(([, state]) => state.Type === 'Task');
/** The Tasks that call a function; the other one publishes directly. */
const calls = tasks.filter(([, state]) => state.Parameters?.FunctionName !== undefined);
const retriers = tasks.flatMap(([name, state]) => (state.Retry ?? []).map((retrier) => ({ name, retrier })));

const functionOf = (state: State): FunctionName => {
  const [, name = ''] = /^\$\{(\w+)FunctionArn\}$/.exec(state.Parameters?.FunctionName ?? '') ?? [];
  return name as FunctionName;
};

const isPlatformError = (name: string): boolean => /^(States|Lambda|Sandbox|Runtime)\./.test(name);

test('the definition is valid Amazon States Language', () => {
  expect(aslValidator(JSON.parse(readDefinitionText()))).toMatchObject({ isValid: true });
});

test('every placeholder gets a value', () => {
  const functions = Object.fromEntries(functionNames.map((name) => [name, `arn:of:${name}`]));
  const bindings = { functions, alertTopic: 'arn:of:topic' } as Parameters<typeof bindDefinition>[0];
  expect(JSON.stringify(bindDefinition(bindings))).not.toContain('${');
});

test('every state has a comment, and every Task has a timeout, retries and a Catch for every error', () => {
  for (const [name, state] of states) expect([name, state.Comment]).toEqual([name, expect.stringMatching(/\w/)]);
  for (const [name, state] of tasks) {
    expect([name, state.TimeoutSeconds, state.Retry?.length]).toEqual([name, expect.any(Number), expect.any(Number)]);
    expect([name, state.Catch?.at(-1)?.ErrorEquals]).toEqual([name, ['States.ALL']]);
    expect([name, state.Retry?.every(({ MaxAttempts }) => MaxAttempts > 0)]).toEqual([name, true]);
  }
});

/** A retry after these errors can only fail again, or do harm. */
const neverRetried = [
  'InvalidInput',
  'SecretNotFound',
  'MalformedSecret',
  'NotRefreshable',
  'AccessDenied',
  'RefreshRejected',
  'TokenDrifted',
  'VersionConflict',
  'NotPromoted',
  'TestOutdated',
];

test('every error that a function throws is retried, routed or known as permanent, and the machine names no other', () => {
  const named = tasks.flatMap(([, state]) =>
    [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals),
  );
  const ours = named.filter((name) => !isPlatformError(name));
  expect([...new Set([...ours, ...neverRetried])].sort()).toEqual([...errorNames].sort());
});

test('only named errors are retried: no permanent error, no States.ALL and no States.TaskFailed', () => {
  for (const [name, state] of calls) {
    for (const { ErrorEquals, MaxAttempts } of state.Retry ?? []) {
      expect([name, MaxAttempts > 0]).toEqual([name, true]);
      for (const error of [...neverRetried, 'States.ALL', 'States.TaskFailed']) {
        expect([name, ErrorEquals]).toEqual([name, expect.not.arrayContaining([error])]);
      }
    }
  }
});

test('retries that do not wait for a claim have full jitter, a longest delay and a limit', () => {
  const waitsForClaim = (error: string) => error === 'ClaimHeld' || isPlatformError(error);
  for (const { name, retrier } of retriers) {
    // A rejection must last for a while before it counts. With jitter, all attempts could fall into one moment.
    if (retrier.ErrorEquals.includes('TokenRejected')) {
      expect(retrier).toEqual(expect.not.objectContaining({ JitterStrategy: expect.anything() }));
      continue;
    }
    // Must outlast an outage of minutes before it answers no. Jitter is not needed: no other execution retries then.
    if (name === 'Was it promoted?' && retrier.ErrorEquals.includes('SecretsManagerUnavailable')) {
      expect(retrier).toEqual({ ...retrier, MaxAttempts: 15, MaxDelaySeconds: 60 });
      expect(retrier).not.toHaveProperty('JitterStrategy');
      continue;
    }
    if (name === 'Refresh' && retrier.ErrorEquals.every(waitsForClaim) && retrier.JitterStrategy === undefined)
      continue;
    expect([name, retrier]).toEqual([
      name,
      expect.objectContaining({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number) }),
    ]);
    // Without a BackoffRate, the default of 2 applies: the waits grow.
    expect([name, retrier]).toEqual([name, expect.not.objectContaining({ BackoffRate: expect.anything() })]);
    // Writes to all secrets share one quota. A rollback must not take so long, because its tests would be outdated.
    const shares =
      ['Tidy up', 'Refresh', 'Promote'].includes(name) && retrier.ErrorEquals.includes('SecretsManagerUnavailable');
    expect(retrier.MaxAttempts).toBeLessThanOrEqual(shares ? 10 : 5);
  }
});

test('Refresh is not retried before the claim of an invocation that may still run has expired', () => {
  const waiting = retriers.filter(({ name, retrier }) => name === 'Refresh' && retrier.JitterStrategy === undefined);
  const errors = waiting.flatMap(({ retrier }) => {
    expect(retrier.IntervalSeconds).toBeGreaterThan(claimLeaseSeconds);
    expect(retrier.BackoffRate).toBe(1);
    return retrier.ErrorEquals;
  });
  expect(errors).toEqual(
    expect.arrayContaining(['ClaimHeld', 'Lambda.SdkClientException', 'Lambda.Unknown', 'States.Timeout']),
  );
});

test('the Lambda errors that the Step Functions guide lists, and a function that is killed, are retried by every Task', () => {
  const listed = [
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
    // A function that runs out of memory ends under either name.
    'Runtime.ExitError',
    'Runtime.OutOfMemory',
  ];
  for (const [name, state] of calls) {
    const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect([name, retried]).toEqual([name, expect.arrayContaining(listed)]);
  }
});

test('timeouts nest: function < Task < machine, with room for all retries on the longest path', () => {
  for (const [name, state] of calls) {
    expect([name, state.TimeoutSeconds ?? 0]).toEqual([name, state.TimeoutSeconds]);
    expect(state.TimeoutSeconds ?? 0).toBeGreaterThan(functionTable[functionOf(state)].timeoutSeconds);
  }
  const longestWait = (retrier: Retrier): number => {
    let seconds = 0;
    for (let attempt = 0; attempt < retrier.MaxAttempts; attempt += 1) {
      const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempt;
      seconds += Math.min(delay, retrier.MaxDelaySeconds ?? delay);
    }
    return seconds;
  };
  // One kind of error at each step of a rotation that is resumed, rejected, refreshed and promoted.
  const way = [
    'Fetch',
    'Validate',
    'Refresh',
    'Validate',
    'Promote',
    'Was it promoted?',
    'Verify',
    'Alert',
    'Plain alert',
  ];
  const worst = way.reduce((sum, name) => {
    const state = definition.States[name];
    const longest = Math.max(
      ...(state?.Retry ?? []).map(
        (retrier) => longestWait(retrier) + (retrier.MaxAttempts + 1) * (state?.TimeoutSeconds ?? 0),
      ),
    );
    return sum + longest;
  }, 0);
  expect(worst).toBeLessThan(definition.TimeoutSeconds);
});

test('the original error ends a failed execution, and nothing overwrites it on the way', () => {
  expect(definition.States['Rotation failed']).toMatchObject({
    ErrorPath: '$.error.Error',
    CausePath: '$.error.Cause',
  });
  // These states run because of an error that is already in $.error. If Promote took effect, that error no longer
  // matters.
  const followUps = ['Was it promoted?', 'Test both tokens', 'Roll back'];
  for (const name of followUps) {
    const catches = definition.States[name]?.Catch?.map(({ ResultPath }) => ResultPath);
    expect([name, catches?.filter((path) => path !== null)]).toEqual([name, ['$.unanswered']]);
  }
  for (const name of followUps.slice(1)) expect(definition.States[name]?.ResultPath).toBe('$.tested');
});

test('every failure is alerted: every path to Rotation failed passes Alert, and the failed state is recorded', () => {
  const waysTo = (target: string): string[] =>
    states
      .filter(([, state]) =>
        [
          state.Next,
          state.Default,
          ...[...(state.Catch ?? []), ...(state.Choices ?? [])].map(({ Next }) => Next),
        ].includes(target),
      )
      .map(([name]) => name)
      .sort();
  expect(waysTo('Rotation failed')).toEqual(['Alert', 'No alert sent', 'Plain alert']);
  expect(waysTo('No alert sent')).toEqual(['Plain alert']);
  expect(waysTo('Plain alert')).toEqual(['Alert']);
  for (const [name, { Catch = [] }] of calls) {
    for (const { ErrorEquals, Assign, Next, ResultPath } of Catch) {
      // After these errors, an earlier state has failed, or the execution succeeds, or the alert has been sent.
      const isOwn = !['NotPromoted', 'TestOutdated'].some((error) => ErrorEquals.includes(error));
      const isNoted = isOwn && Next !== 'Rotated' && name !== 'Alert';
      expect([name, Next, Assign]).toEqual([name, Next, isNoted ? { failedState: name } : undefined]);
      if (isNoted) expect(ResultPath).toMatch(/^\$(\.error|\.unanswered)?$/);
    }
  }
  expect(definition.States['Fetch failed']).toMatchObject({ Parameters: { 'error.$': '$' }, Next: 'Alert' });
});

test('an alert that cannot be sent does not change how the execution ends', () => {
  const unsent = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.unsent', Next: next }];
  expect(definition.States).toMatchObject({
    Alert: { ResultPath: '$.alert', Next: 'Rotation failed', Catch: unsent('Plain alert') },
    'Plain alert': { ResultPath: null, Next: 'Rotation failed', Catch: unsent('No alert sent') },
    'No alert sent': { Type: 'Pass', Next: 'Rotation failed' },
  });
});

test('the plain alert has the same fields and attributes as the alert function’s', () => {
  const plain = definition.States['Plain alert']?.Parameters as unknown as Readonly<Record<string, object | undefined>>;
  const namesOf = (template: object | undefined) => Object.keys(template ?? {}).map((name) => name.replace('.$', ''));
  const alert = ['severity', 'secretName', 'step', 'error', 'message', 'validUntil', 'executionArn', 'consoleUrl'];
  expect(namesOf(plain.Message)).toEqual(alert);
  expect(namesOf(plain.MessageAttributes)).toEqual(['severity', 'step', 'error', 'secretName']);
});

test('Refresh has enough time for the call to Momento and the attempts to store the answer', () => {
  // The SDK's deadline for a refresh is 60 s. An answer within that time must not be dropped.
  expect(refreshDeadlineMilliseconds).toBeGreaterThan(60_000);
  expect(leastTimeMilliseconds).toBeGreaterThanOrEqual(refreshDeadlineMilliseconds + 60_000);
  expect(leastTimeMilliseconds).toBeLessThan(functionTable.Refresh.timeoutSeconds * 1000);
});

test('a claim lasts longer than the function that made it, by more than clocks differ', () => {
  expect(claimLeaseSeconds).toBeGreaterThanOrEqual(functionTable.Refresh.timeoutSeconds + 30);
});
