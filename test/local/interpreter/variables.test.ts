import { loadDefinition } from '../../../local/interpreter/definition';
import { execute } from '../../../local/interpreter/interpreter';
import { createSteppingClock, end, failing, run, task } from './run';

/** A task whose error E is caught, and that then goes on to `Next`. */
const catching = (Assign: object, Next = 'S') =>
  task({ Catch: [{ ErrorEquals: ['E'], Assign, ResultPath: null, Next }] });

const once = () => ({ task: failing('E') });

test('a catcher assigns literals and parts of the error output, and the next state reads them', async () => {
  const Assign = { step: 'Fetch', 'failure.$': '$', details: { list: [1, { 'cause.$': '$.Cause' }], none: null } };
  const states = {
    T: catching(Assign, 'P'),
    P: { Type: 'Pass', Parameters: { 'step.$': '$step', nested: { 'error.$': '$failure.Error' } }, Next: 'Q' },
    Q: { Type: 'Pass', Parameters: { 'before.$': '$', 'details.$': '$details' }, Next: 'S' },
    ...end,
  };
  expect((await run(states, { task: failing('E'), input: { a: 1 } })).output).toEqual({
    before: { step: 'Fetch', nested: { error: 'E' } },
    details: { list: [1, { cause: 'the cause of E' }], none: null },
  });
});

test('Assign sees the context object and variables, and leaves the data alone', async () => {
  const first = { 'state.$': '$$.State.Name', count: 1 };
  const second = { 'before.$': '$count', 'state.$': '$state' };
  const states = {
    T: catching(first, 'U'),
    U: catching(second, 'P'),
    P: { Type: 'Pass', Parameters: { 'before.$': '$before', 'state.$': '$state', 'input.$': '$' }, Next: 'S' },
    ...end,
  };
  expect((await run(states, { task: failing('E', 'E'), input: { a: 1 } })).output).toEqual({
    before: 1,
    state: 'T',
    input: { a: 1 },
  });
});

test('all values of one Assign are evaluated before any of them is set', async () => {
  const states = {
    T: catching({ a: 1, b: 2 }, 'U'),
    U: catching({ 'a.$': '$b', 'b.$': '$a' }, 'P'),
    P: { Type: 'Pass', Parameters: { 'a.$': '$a', 'b.$': '$b' }, Next: 'S' },
    ...end,
  };
  expect((await run(states, { task: failing('E', 'E') })).output).toEqual({ a: 2, b: 1 });
});

test('the state that assigns does not see the new values', async () => {
  expect(await run({ T: catching({ a: 1, 'b.$': '$a' }), ...end }, once())).toMatchObject({
    error: 'States.Runtime',
    visited: ['T'],
  });
});

test('only the catcher that handles the error assigns, and a task that succeeds assigns nothing', async () => {
  const Catch = [
    { ErrorEquals: ['E'], Assign: { by: 'E' }, Next: 'P' },
    { ErrorEquals: ['States.ALL'], Assign: { by: 'all' }, Next: 'P' },
  ];
  const states = {
    T: task({ Catch, Next: 'P' }),
    P: { Type: 'Pass', Parameters: { 'by.$': '$by' }, Next: 'S' },
    ...end,
  };
  expect((await run(states, { task: failing('F') })).output).toEqual({ by: 'all' });
  expect((await run(states)).error).toBe('States.Runtime');
});

test('a Choice, a Fail, OutputPath and a task read variables', async () => {
  const states = (value: string, F: object) => ({
    T: catching({ 'failure.$': '$', value }, 'C'),
    C: { Type: 'Choice', Choices: [{ Variable: '$value', StringEquals: 'fail', Next: 'F' }], Default: 'U' },
    F,
    U: task({ Parameters: { 'error.$': '$failure.Error' }, ResultPath: '$.task' }),
    S: { Type: 'Succeed', OutputPath: '$failure.Cause' },
  });
  const F = { Type: 'Fail', ErrorPath: '$failure.Error', CausePath: '$failure.Cause' };
  expect(await run(states('fail', F), once())).toMatchObject({ error: 'E', cause: 'the cause of E' });
  const other = await run(states('other', F), { task: failing('E') });
  expect(other.output).toBe('the cause of E');
  expect(other.history.flatMap(({ taskScheduledEventDetails: task }) => task?.parameters ?? [])).toEqual([
    '{}',
    '{"error":"E"}',
  ]);
});

test.each<[string, string, object]>([
  ['Parameters', '$never', { P: { Type: 'Pass', Parameters: { a: [{ 'b.$': '$never' }] }, Next: 'S' }, ...end }],
  ['a field of it', '$never.a', { P: { Type: 'Pass', Parameters: { 'b.$': '$never.a' }, Next: 'S' }, ...end }],
  ['a name that every object has', '$toString', { S: { Type: 'Succeed', OutputPath: '$toString' } }],
  ['ErrorPath', '$never.Error', { F: { Type: 'Fail', ErrorPath: '$never.Error', CausePath: '$.c' } }],
  [
    'Variable',
    '$never',
    { C: { Type: 'Choice', Choices: [{ Variable: '$never', BooleanEquals: true, Next: 'S' }], Default: 'S' }, ...end },
  ],
])('a variable that was never assigned is States.Runtime: %s', async (_, path, states) => {
  const { error, cause } = await run(states as Record<string, object>);
  expect([error, cause]).toEqual(['States.Runtime', `The path ${path} leads to nothing.`]);
});

test('a path in Assign that leads to nothing ends the execution, and no later catcher sees that', async () => {
  const Catch = [
    { ErrorEquals: ['E'], Assign: { 'a.$': '$.absent' }, Next: 'S' },
    { ErrorEquals: ['States.ALL'], Next: 'S' },
  ];
  expect(await run({ T: task({ Catch }), ...end }, once())).toMatchObject({
    status: 'FAILED',
    error: 'States.Runtime',
    visited: ['T'],
  });
});

test('more than 256 KiB in one Assign is States.DataLimitExceeded', async () => {
  const states = (length: number) => ({ T: catching({ a: 'x'.repeat(length) }), ...end });
  const around = '{"a":""}'.length;
  expect((await run(states(262_144 - around), { task: failing('E') })).status).toBe('SUCCEEDED');
  expect((await run(states(262_145 - around), { task: failing('E') })).error).toBe('States.DataLimitExceeded');
});

test('the history shows what a state assigned when it is left, as JSON texts, and nothing otherwise', async () => {
  const { history } = await run({ T: catching({ step: 'Fetch', 'failure.$': '$' }), ...end }, once());
  const exited = history.flatMap(({ stateExitedEventDetails: details }) => details ?? []);
  expect(exited).toEqual([
    {
      name: 'T',
      output: '{}',
      assignedVariables: { step: '"Fetch"', failure: '{"Error":"E","Cause":"the cause of E"}' },
      assignedVariablesDetails: { truncated: false },
    },
    { name: 'S', output: '{}' },
  ]);
});

test('a redriven execution continues with the variables that it had', async () => {
  const { clock } = createSteppingClock();
  const definition = loadDefinition({
    StartAt: 'T',
    States: {
      T: catching({ a: 1 }, 'U'),
      U: task({
        Parameters: { 'a.$': '$a' },
        Catch: [{ ErrorEquals: ['Other'], Assign: { a: 2 }, Next: 'S' }],
      }),
      ...end,
    },
  });
  const work = failing('E', 'F');
  const options = {
    input: { in: true },
    name: 'execution-1',
    executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:Machine:execution-1',
    stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Machine',
    integrations: { 'arn:aws:states:::lambda:invoke': work },
    clock,
  };
  const stopped = await execute(definition, options);
  expect(stopped).toMatchObject({
    status: 'FAILED',
    error: 'F',
    reached: { stateName: 'U', data: { in: true }, variables: { a: 1 } },
  });
  if (stopped.reached === undefined) throw new Error('The execution did not stop.');
  const redriven = { from: stopped.reached, startedAt: stopped.startedAt };
  expect(await execute(definition, { ...options, redriven })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
});
