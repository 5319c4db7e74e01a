import { readDefinitionText } from '../../../statemachine/definition';
import type { Mutant } from './mutant';

interface State {
  Type: string;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; IntervalSeconds?: number; JitterStrategy?: string }[];
  Catch?: { ErrorEquals: string[]; Assign?: object; ResultPath?: string | null; Next: string }[];
  Choices?: { Next: string }[];
  Default?: string;
  Next?: string;
  ResultPath?: string | null;
  [field: string]: unknown;
}

type States = Record<string, State>;

const file = 'statemachine/rotate-token.asl.json';
const definition = 'test/statemachine/definition.test.ts';
const regressions = (name: string): string => `test/regressions/${name}.test.ts`;
const named = 'test/simulation/regressions.test.ts';
const singles = 'test/simulation/single-faults.test.ts';
const failures = 'test/failures/failures.test.ts';

const mutant = (name: string, killer: string, change: (states: States) => void): Mutant => ({
  name,
  file,
  killer,
  mutate: (text) => {
    const machine = JSON.parse(text) as { States: States };
    change(machine.States);
    return JSON.stringify(machine, null, 2);
  },
});

/** @throws Error if the state machine no longer has this state */
const stateIn = (states: States, name: string): State => {
  const state = states[name];
  if (state === undefined) throw new Error(`There is no state ${name}.`);
  return state;
};

const tasks = Object.entries((JSON.parse(readDefinitionText()) as { States: States }).States).filter(
  ([, { Type }]) => Type === 'Task',
);

const lambdaErrors = 'Lambda.ClientExecutionTimeoutException';

/**
 * By state and first error: the tests that fail because executions end differently. The other rules are protected only
 * by the tests of the definition, because executions end in the same way without them.
 */
const noticedBy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Fetch: { SecretsManagerUnavailable: failures, [lambdaErrors]: failures, 'States.ALL': singles },
  'Tidy up': { 'States.ALL': failures },
  Refresh: {
    SecretsManagerUnavailable: failures,
    MomentoUnavailable: failures,
    ClaimHeld: failures,
    [lambdaErrors]: named,
    'States.ALL': named,
  },
  Validate: { TokenRejected: named, MomentoUnavailable: failures, [lambdaErrors]: failures, 'States.ALL': singles },
  Promote: { SecretsManagerUnavailable: named, [lambdaErrors]: named, 'States.ALL': named },
  'Was it promoted?': { SecretsManagerUnavailable: named, 'States.ALL': failures },
  Verify: {
    TokenRejected: named,
    MomentoUnavailable: failures,
    [lambdaErrors]: failures,
    'States.ALL': regressions('check'),
  },
  'Test current token': { 'States.ALL': failures },
  'Roll back': { 'States.ALL': failures },
  Alert: { 'States.ALL': failures },
  'Plain alert': { 'States.ALL': failures },
};

const killerOf = (name: string, [error = '']: readonly string[]): string => noticedBy[name]?.[error] ?? definition;

/** Disables each Retry that retries. */
const withoutRetries = tasks.flatMap(([name, { Retry = [] }]) =>
  Retry.flatMap(({ MaxAttempts, ErrorEquals }, index) =>
    MaxAttempts === 0
      ? []
      : [
          mutant(
            `${name} does not retry ${ErrorEquals.slice(0, 2).join(', ')}`,
            killerOf(name, ErrorEquals),
            (states) => {
              const retrier = stateIn(states, name).Retry?.[index];
              if (retrier) retrier.MaxAttempts = 0;
            },
          ),
        ],
  ),
);

/**
 * An equivalent mutant: without this Catch, the execution checks the promotion, finds none, and takes the same path.
 */
const savesOnlyACall = (name: string, errors: readonly string[]): boolean =>
  name === 'Promote' && errors.includes('VersionConflict');

/** Makes each Catch catch nothing. Its target stays, so that the state machine can still be loaded. */
const withoutCatches = tasks.flatMap(([name, { Catch = [] }]) =>
  Catch.flatMap(({ ErrorEquals }, index) =>
    savesOnlyACall(name, ErrorEquals)
      ? []
      : mutant(`${name} does not catch ${ErrorEquals.join(', ')}`, killerOf(name, ErrorEquals), (states) => {
          const catcher = stateIn(states, name).Catch?.[index];
          if (catcher) catcher.ErrorEquals = ['Nobody.ThrowsThis'];
        }),
  ),
);

/** A rule that never matches. It keeps its target reachable, so that the state machine can still be loaded. */
const neverTo = (next: string) => ({
  Variable: '$.rotation.secretName',
  StringEquals: 'the name of no secret',
  Next: next,
});

/** Disables the rule of a Choice that leads to `next`. */
const withoutChoice = (name: string, next: string) => (states: States) => {
  const state = stateIn(states, name);
  state.Choices = (state.Choices ?? []).map((choice) => (choice.Next === next ? neverTo(next) : choice));
};

export const machineMutants: readonly Mutant[] = [
  ...withoutRetries,
  ...withoutCatches,
  mutant('a rejection counts after 20 seconds', named, (states) => {
    for (const retrier of stateIn(states, 'Validate').Retry ?? []) {
      if (retrier.ErrorEquals.includes('TokenRejected')) retrier.MaxAttempts = 3;
    }
  }),
  mutant('Refresh is retried while a lost invocation may still run', definition, (states) => {
    for (const retrier of stateIn(states, 'Refresh').Retry ?? []) {
      if (retrier.IntervalSeconds === 250) retrier.IntervalSeconds = 2;
    }
  }),
  mutant(
    'no refresh after a resumed token is rejected',
    regressions('check'),
    withoutChoice('Was it resumed?', 'Refresh'),
  ),
  mutant('a drifted token is promoted by the state machine', regressions('check'), (states) => {
    const catchers = stateIn(states, 'Validate').Catch ?? [];
    catchers.unshift({ ErrorEquals: ['TokenDrifted'], ResultPath: '$.error', Next: 'Promote' });
  }),
  mutant('a promotion that was found does not continue', named, (states) => {
    stateIn(states, 'Was it promoted?').Next = 'Alert';
  }),
  mutant('the error of a check that found no promotion replaces that of Promote', failures, (states) => {
    for (const catcher of stateIn(states, 'Was it promoted?').Catch ?? []) {
      if (catcher.ErrorEquals.includes('NotPromoted')) catcher.ResultPath = '$.error';
    }
  }),
  mutant('an alert names another state than the one that failed', failures, (states) => {
    for (const catcher of stateIn(states, 'Roll back').Catch ?? []) {
      if (catcher.Assign) catcher.Assign = { failedState: 'Verify' };
    }
  }),
  mutant('no wait between two checks for a promotion', named, (states) => {
    for (const retrier of stateIn(states, 'Was it promoted?').Retry ?? []) retrier.JitterStrategy = 'FULL';
  }),
  mutant('a lost race is not started over', regressions('current'), withoutChoice('Start over?', 'Fetch')),
  mutant('a lost race is started over again and again', regressions('current'), (states) => {
    stateIn(states, 'Start over?').Default = 'Fetch';
  }),
  mutant(
    'a token that is accepted again is rolled back by the state machine',
    named,
    withoutChoice('Which one works?', 'Rotated after all'),
  ),
  mutant('an outdated test is not repeated', named, (states) => {
    for (const catcher of stateIn(states, 'Roll back').Catch ?? []) {
      if (catcher.ErrorEquals.includes('TestOutdated')) catcher.Next = 'Alert';
    }
  }),
  mutant('a rollback to a token that does not work', regressions('check'), (states) => {
    stateIn(states, 'Which one works?').Default = 'Roll back';
  }),
  mutant('no rollback at all', regressions('check'), withoutChoice('Which one works?', 'Roll back')),
  mutant('a rollback ends as rotated', regressions('check'), (states) => {
    stateIn(states, 'Roll back').Next = 'Rotated';
  }),
  mutant(
    'a live claim of another execution is ignored',
    regressions('claim'),
    withoutChoice('Token at hand?', 'Already running'),
  ),
  mutant('a token that is not due is refreshed', regressions('no-rotation'), withoutChoice('What to do?', 'Not due')),
  mutant('a leftover is not tidied up', regressions('current'), withoutChoice('What to do?', 'Tidy up')),
  mutant('a dry run rotates', 'test/rotation.test.ts', withoutChoice('What to do?', 'Test current token')),
  mutant('the alert overwrites the error', definition, (states) => {
    stateIn(states, 'Alert').ResultPath = '$';
  }),
  mutant('a failed execution succeeds', definition, (states) => {
    states['Rotation failed'] = { Type: 'Succeed', Comment: 'mutated' };
  }),
];
