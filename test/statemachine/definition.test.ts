import aslValidator from 'asl-validator';
import { refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import { errorNames } from '../../functions/contract/errors';
import { claimLeaseSeconds } from '../../functions/contract/timing';
import { leastTimeMilliseconds } from '../../functions/refresh/refresh';
import { functionTable } from '../../infra/functions/table';
import { bindDefinition, type FunctionName, functionNames, readDefinitionText } from '../../statemachine/definition';

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
    readonly ResultPath?: string;
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
    expect([name, state.Retry?.some(({ MaxAttempts }) => MaxAttempts > 0)]).toEqual([name, true]);
  }
});

test('the errors that the machine names are exactly those that the functions throw', () => {
  const named = tasks.flatMap(([, state]) =>
    [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals),
  );
  expect([...new Set(named.filter((name) => !isPlatformError(name)))].sort()).toEqual([...errorNames].sort());
});

const neverRetried = [
  'InvalidInput',
  'SecretNotFound',
  'MalformedSecret',
  'NotRefreshable',
  'AccessDenied',
  'RefreshRejected',
];

test('permanent errors come first in every Retry and get no attempt; nothing retries all errors', () => {
  for (const [name, state] of calls) {
    const [first, ...rest] = state.Retry ?? [];
    expect([name, first?.MaxAttempts]).toEqual([name, 0]);
    for (const { ErrorEquals, MaxAttempts } of rest) {
      expect([name, MaxAttempts]).not.toEqual([name, 0]);
      for (const error of [...neverRetried, 'VersionConflict', 'States.ALL', 'States.TaskFailed']) {
        expect(ErrorEquals).not.toContain(error);
      }
    }
  }
});

test('what is retried without a claim to wait for has full jitter, a cap and an end', () => {
  const waitsForClaim = (error: string) => error === 'ClaimHeld' || isPlatformError(error);
  for (const { name, retrier } of retriers) {
    if (retrier.MaxAttempts === 0) continue;
    // A rejection is believed after a while, not after a number of tries: jitter could put them all into one moment.
    if (retrier.ErrorEquals.includes('TokenRejected')) {
      expect(retrier).toEqual(expect.not.objectContaining({ JitterStrategy: expect.anything() }));
      continue;
    }
    // An outage of minutes must be over before it says no, and nobody else asks at that time.
    if (name === 'Was it promoted?' && retrier.ErrorEquals.includes('SecretsManagerUnavailable')) {
      expect(retrier).toEqual({ ...retrier, MaxAttempts: 15, MaxDelaySeconds: 60, BackoffRate: 2 });
      expect(retrier).not.toHaveProperty('JitterStrategy');
      continue;
    }
    if (name === 'Refresh' && retrier.ErrorEquals.every(waitsForClaim) && retrier.JitterStrategy === undefined)
      continue;
    expect([name, retrier]).toEqual([
      name,
      expect.objectContaining({ JitterStrategy: 'FULL', MaxDelaySeconds: expect.any(Number), BackoffRate: 2 }),
    ]);
    // Writes of all secrets share one quota. A roll back must not take so long: its tests would be outdated.
    const shares =
      ['Tidy up', 'Refresh', 'Promote'].includes(name) && retrier.ErrorEquals.includes('SecretsManagerUnavailable');
    expect(retrier.MaxAttempts).toBeLessThanOrEqual(shares ? 10 : 5);
  }
});

test('Refresh is not tried again before the claim of an invocation that may still live has ended', () => {
  const waiting = retriers.filter(({ name, retrier }) => name === 'Refresh' && retrier.JitterStrategy === undefined);
  const errors = waiting
    .filter(({ retrier }) => retrier.MaxAttempts > 0)
    .flatMap(({ retrier }) => {
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
    const retried = (state.Retry ?? [])
      .filter(({ MaxAttempts }) => MaxAttempts > 0)
      .flatMap(({ ErrorEquals }) => ErrorEquals);
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
  // Each of these runs because of an error that is in $.error already.
  for (const name of ['Was it promoted?', 'Test both tokens', 'Roll back']) {
    const state = definition.States[name];
    expect([name, state?.ResultPath]).toEqual([name, expect.stringMatching(/^\$\.(checked|tested)$/)]);
    expect([name, state?.Catch?.map(({ ResultPath }) => ResultPath)]).toEqual([name, ['$.unanswered']]);
  }
});

test('no failure goes unannounced: every way to Rotation failed passes Alert, and the step is noted before', () => {
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
  const notes = states
    .filter(([name, state]) => name.endsWith(' failed') && state.Type === 'Pass')
    .map(([name]) => name);
  expect(waysTo('Alert')).toEqual(
    [...notes.filter((name) => !waysTo('Start over?').includes(name)), 'Start over?'].sort(),
  );
  for (const name of notes) {
    const noted = { step: name === 'Dry run failed' ? 'Test current token' : name.replace(/ failed$/, '') };
    const parameters = definition.States[name]?.Parameters as Record<string, unknown>;
    expect([name, parameters.failed ?? parameters]).toEqual([name, expect.objectContaining(noted)]);
    expect(Object.keys(definition.States)).toContain(noted.step);
  }
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
