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
/** All of them but the one that publishes by itself. */
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

test('every placeholder is filled, and none is missing', () => {
  const functions = Object.fromEntries(functionNames.map((name) => [name, `arn:of:${name}`]));
  const bindings = { functions, alertTopic: 'arn:of:topic' } as Parameters<typeof bindDefinition>[0];
  expect(JSON.stringify(bindDefinition(bindings))).not.toContain('${');
});

test('every state has a comment, and every Task a timeout, retries and a way out of every error', () => {
  for (const [name, state] of states) expect([name, state.Comment]).toEqual([name, expect.stringMatching(/\w/)]);
  for (const [name, state] of tasks) {
    expect([name, state.TimeoutSeconds, state.Retry?.length]).toEqual([name, expect.any(Number), expect.any(Number)]);
    expect([name, state.Catch?.at(-1)?.ErrorEquals]).toEqual([name, ['States.ALL']]);
  }
});

/** Another try of these can only fail again, or do harm. */
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

test('only errors that are named are retried: no permanent one, and none by States.ALL or States.TaskFailed', () => {
  for (const [name, state] of calls) {
    for (const { ErrorEquals, MaxAttempts } of state.Retry ?? []) {
      expect([name, MaxAttempts > 0]).toEqual([name, true]);
      for (const error of [...neverRetried, 'States.ALL', 'States.TaskFailed']) {
        expect([name, ErrorEquals]).toEqual([name, expect.not.arrayContaining([error])]);
      }
    }
  }
});

test('what is retried without a claim to wait for has full jitter, a cap and an end', () => {
  const waitsForClaim = (error: string) => error === 'ClaimHeld' || isPlatformError(error);
  for (const { name, retrier } of retriers) {
    // A rejection is believed after a while, not after a number of tries: jitter could put them all into one moment.
    if (retrier.ErrorEquals.includes('TokenRejected')) {
      expect(retrier).toEqual(expect.not.objectContaining({ JitterStrategy: expect.anything() }));
      continue;
    }
    // An outage of minutes must be over before it says no, and nobody else asks at that time.
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
    // Left out, it is 2: the waits grow.
    expect([name, retrier]).toEqual([name, expect.not.objectContaining({ BackoffRate: expect.anything() })]);
    // Writes of all secrets share one quota. A roll back must not take so long: its tests would be outdated.
    const shares =
      ['Tidy up', 'Refresh', 'Promote'].includes(name) && retrier.ErrorEquals.includes('SecretsManagerUnavailable');
    expect(retrier.MaxAttempts).toBeLessThanOrEqual(shares ? 10 : 5);
  }
});

test('Refresh is not tried again before the claim of an invocation that may still live has ended', () => {
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

test('the Lambda errors that the Step Functions guide lists are retried by every Task', () => {
  const listed = [
    'ClientExecutionTimeoutException',
    'ServiceException',
    'AWSLambdaException',
    'SdkClientException',
    'TooManyRequestsException',
  ];
  for (const [name, state] of calls) {
    const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect([name, retried]).toEqual([name, expect.arrayContaining(listed.map((error) => `Lambda.${error}`))]);
  }
});

test('timeouts nest: function < Task < machine, with room for all retries of the longest way', () => {
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
  // One kind of trouble at each step of a rotation that is resumed, rejected, refreshed and promoted.
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
  // These run because of an error that is in $.error already. If Promote got through, it is of no account any more.
  const followUps = ['Was it promoted?', 'Test both tokens', 'Roll back'];
  for (const name of followUps) {
    const catches = definition.States[name]?.Catch?.map(({ ResultPath }) => ResultPath);
    expect([name, catches?.filter((path) => path !== null)]).toEqual([name, ['$.unanswered']]);
  }
  for (const name of followUps.slice(1)) expect(definition.States[name]?.ResultPath).toBe('$.tested');
});

test('no failure goes unannounced: every way to Rotation failed passes Alert, and the state that failed is noted', () => {
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
      // After these, an earlier state is the one that failed, or the execution ends well, or is alerted already.
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

test('the plain alert has the fields and the attributes of the other one', () => {
  const plain = definition.States['Plain alert']?.Parameters as unknown as Readonly<Record<string, object | undefined>>;
  const namesOf = (template: object | undefined) => Object.keys(template ?? {}).map((name) => name.replace('.$', ''));
  const alert = ['severity', 'secretName', 'step', 'error', 'message', 'validUntil', 'executionArn', 'consoleUrl'];
  expect(namesOf(plain.Message)).toEqual(alert);
  expect(namesOf(plain.MessageAttributes)).toEqual(['severity', 'step', 'error', 'secretName']);
});

test('the time that Refresh needs fits: Momento, then the tries to store, then the end of the function', () => {
  // The SDK gives a refresh 60 s; what it answers until then must not be dropped.
  expect(refreshDeadlineMilliseconds).toBeGreaterThan(60_000);
  expect(leastTimeMilliseconds).toBeGreaterThanOrEqual(refreshDeadlineMilliseconds + 60_000);
  expect(leastTimeMilliseconds).toBeLessThan(functionTable.Refresh.timeoutSeconds * 1000);
});

test('a claim outlives the function that made it, by more than clocks differ', () => {
  expect(claimLeaseSeconds).toBeGreaterThanOrEqual(functionTable.Refresh.timeoutSeconds + 30);
});
