import { loadDefinition } from '../../../local/interpreter/definition';
import { end, task } from './run';

const load = (states: Record<string, unknown>, machine: object = {}) =>
  loadDefinition({ StartAt: Object.keys(states)[0], States: states, ...machine });

const rule = { Variable: '$.v', BooleanEquals: true, Next: 'S' };
const choice = (...Choices: unknown[]) => ({ C: { Type: 'Choice', Choices, Default: 'S' }, ...end });
const pass = (fields: object) => ({ P: { Type: 'Pass', Next: 'S', ...fields }, ...end });
const fail = (fields: object) => ({ F: { Type: 'Fail', ErrorPath: '$.e', CausePath: '$.c', ...fields } });
const taskWith = (fields: object) => ({ T: task(fields), ...end });
const retrier = (fields: object) => taskWith({ Retry: [{ ErrorEquals: ['E'], ...fields }] });
const catcher = (fields: object) => taskWith({ Catch: [{ ErrorEquals: ['E'], Next: 'S', ...fields }] });

test.each([null, 'text', 5, [end]])('a machine that is %j is refused', (json) => {
  expect(() => loadDefinition(json)).toThrow('The machine must be an object.');
});

test.each<[object, string]>([
  [{ Version: '1.0' }, 'The machine: Version is not supported.'],
  [{ QueryLanguage: 'JSONPath' }, 'The machine: QueryLanguage is not supported.'],
  [{ StartAt: 5 }, 'The machine: StartAt must be a string.'],
  [{ States: [] }, 'The machine: States must be an object.'],
  [{ TimeoutSeconds: 0 }, 'The machine: TimeoutSeconds must be a whole number of seconds from 1 on.'],
])('a machine with %j is refused', (fields, message) => {
  expect(() => load(end, fields)).toThrow(message);
});

test.each(['StartAt', 'States'])('a machine without %s is refused', (field) => {
  const machine: Record<string, unknown> = { StartAt: 'S', States: end };
  delete machine[field];
  expect(() => loadDefinition(machine)).toThrow(`The machine: ${field} is missing.`);
});

test.each<[Record<string, unknown>, string]>([
  [{ W: { Type: 'Wait', Seconds: 1, Next: 'S' } }, 'W: the type Wait is not supported.'],
  [{ P: { Type: 'Parallel', Next: 'S' } }, 'P: the type Parallel is not supported.'],
  [{ S: { Type: 'constructor' } }, 'S: the type constructor is not supported.'],
  [{ S: null }, 'S: the type undefined is not supported.'],
  [{ S: { Type: 'Succeed', End: true } }, 'S: End is not supported.'],
  [{ S: { Type: 'Succeed', InputPath: '$' } }, 'S: InputPath is not supported.'],
  [{ P: { Type: 'Pass', End: true } }, 'P: End is not supported.'],
  [pass({ Result: 1 }), 'P: Result is not supported.'],
  [pass({ Catch: [] }), 'P: Catch is not supported.'],
  [pass({ Assign: { a: 1 } }), 'P: Assign is not supported.'],
  [taskWith({ InputPath: '$' }), 'T: InputPath is not supported.'],
  [taskWith({ OutputPath: '$' }), 'T: OutputPath is not supported.'],
  [pass({ InputPath: '$' }), 'P: InputPath is not supported.'],
  [choice({ And: [rule], Next: 'S' }), 'C: Choices: And is not supported.'],
  [choice({ Variable: '$.a', IsNull: true, Next: 'S' }), 'C: Choices: IsNull is not supported.'],
  [taskWith({ HeartbeatSeconds: 1 }), 'T: HeartbeatSeconds is not supported.'],
  [taskWith({ TimeoutSecondsPath: '$.t' }), 'T: TimeoutSecondsPath is not supported.'],
  [taskWith({ Assign: { a: 1 } }), 'T: Assign is not supported.'],
  [taskWith({ QueryLanguage: 'JSONata' }), 'T: QueryLanguage is not supported.'],
  [fail({ Error: 'E' }), 'F: Error is not supported.'],
  [fail({ Cause: 'C' }), 'F: Cause is not supported.'],
  [retrier({ Bogus: 1 }), 'T: Retry: Bogus is not supported.'],
  [catcher({ Output: {} }), 'T: Catch: Output is not supported.'],
  [choice({ ...rule, Assign: { a: 1 } }), 'C: Choices: Assign is not supported.'],
  [choice({ Or: [rule], Next: 'S' }), 'C: Choices: Or is not supported.'],
  [choice({ Not: rule, Next: 'S' }), 'C: Choices: Not is not supported.'],
])('%j is not supported', (states, message) => {
  expect(() => load(states)).toThrow(message);
});

test.each([
  'IsPresent',
  'IsString',
  'IsNumeric',
  'IsBoolean',
  'StringMatches',
  'StringEqualsPath',
  'NumericEquals',
  'TimestampEquals',
  'constructor',
])('the comparison %s is not supported', (operator) => {
  const states = choice({ Variable: '$.v', [operator]: 'x', Next: 'S' });
  expect(() => load(states)).toThrow(`C: Choices: ${operator} is not supported.`);
});

test.each<[Record<string, unknown>, string]>([
  [{ S: { Type: 'Succeed', Comment: 5 } }, 'S: Comment must be a string.'],
  [{ S: { Type: 'Succeed', OutputPath: null } }, 'S: OutputPath must be a path.'],
  [fail({ ErrorPath: null }), 'F: ErrorPath must be a path.'],
  [fail({ CausePath: 'c' }), 'F: CausePath: c is not a supported path.'],
  [pass({ Next: 5 }), 'P: Next must be a string.'],
  [pass({ Parameters: '$' }), 'P: Parameters must be an object.'],
  [taskWith({ Parameters: ['$'] }), 'T: Parameters must be an object.'],
  [taskWith({ Parameters: { 'a.$': null } }), 'T: Parameters: a.$ must be a path.'],
  [taskWith({ Parameters: { list: [{ 'a.$': '$', a: 1 }] } }), 'T: Parameters: a.$ is given twice.'],
  [
    taskWith({ Parameters: { a: { 'b.$': "States.Format('{}', $.a)" } } }),
    "T: Parameters: b.$: States.Format('{}', $.a) is not a supported path.",
  ],
  [taskWith({ ResultSelector: '$' }), 'T: ResultSelector must be an object.'],
  [taskWith({ ResultPath: 5 }), 'T: ResultPath must be a path.'],
  [taskWith({ ResultPath: '$$.Execution' }), 'T: ResultPath: only a path into the data can be written.'],
  [taskWith({ ResultPath: '$name' }), 'T: ResultPath: only a path into the data can be written.'],
  [taskWith({ Resource: 5 }), 'T: Resource must be a string.'],
  [taskWith({ Retry: {} }), 'T: Retry must be a list that is not empty.'],
  [taskWith({ Retry: [null] }), 'T: Retry must be an object.'],
  [taskWith({ Catch: [] }), 'T: Catch must be a list that is not empty.'],
  [retrier({ ErrorEquals: [] }), 'T: Retry: ErrorEquals must be a list that is not empty.'],
  [retrier({ ErrorEquals: ['E', 5] }), 'T: Retry: ErrorEquals must be a string.'],
  [retrier({ BackoffRate: 0.999 }), 'T: Retry: BackoffRate must be a number from 1 on.'],
  [retrier({ JitterStrategy: 'HALF' }), 'T: Retry: JitterStrategy must be FULL or NONE.'],
  [catcher({ ResultPath: 5 }), 'T: Catch: ResultPath must be a path.'],
  [choice(), 'C: Choices must be a list that is not empty.'],
  [choice(null), 'C: Choices must be an object.'],
  [choice({ ...rule, StringEquals: 'x' }), 'C: Choices: a rule needs exactly one of StringEquals, BooleanEquals'],
  [choice({ Variable: '$.v', Next: 'S' }), 'C: Choices: a rule needs exactly one of StringEquals, BooleanEquals'],
  [choice({ Variable: '$.v', StringEquals: 5, Next: 'S' }), 'C: Choices: StringEquals must be a string.'],
  [choice({ ...rule, BooleanEquals: 'true' }), 'C: Choices: BooleanEquals must be a boolean.'],
  [choice({ ...rule, Variable: 'v' }), 'C: Choices: Variable: v is not a supported path.'],
])('%j is refused', (states, message) => {
  expect(() => load(states)).toThrow(message);
});

test.each<[Record<string, unknown>, string]>([
  [{ P: { Type: 'Pass' } }, 'P: Next is missing.'],
  [{ T: { Type: 'Task', Next: 'S' }, ...end }, 'T: Resource is missing.'],
  [{ F: { Type: 'Fail', ErrorPath: '$.e' } }, 'F: CausePath is missing.'],
  [{ C: { Type: 'Choice', Default: 'S' }, ...end }, 'C: Choices is missing.'],
  [{ C: { Type: 'Choice', Choices: [rule] }, ...end }, 'C: Default is missing.'],
  [choice({ BooleanEquals: true, Next: 'S' }), 'C: Choices: Variable is missing.'],
  [choice({ Variable: '$.v', BooleanEquals: true }), 'C: Choices: Next is missing.'],
  [taskWith({ Retry: [{}] }), 'T: Retry: ErrorEquals is missing.'],
  [taskWith({ Catch: [{ ErrorEquals: ['E'] }] }), 'T: Catch: Next is missing.'],
])('in %j a field is missing', (states, message) => {
  expect(() => load(states)).toThrow(message);
});

test.each<[string, number, (fields: object) => Record<string, unknown>]>([
  ['TimeoutSeconds', 1, taskWith],
  ['IntervalSeconds', 1, retrier],
  ['MaxDelaySeconds', 1, retrier],
  ['MaxAttempts', 0, retrier],
])('%s is a whole number from %d to 99999999', (field, minimum, states) => {
  for (const value of [minimum, 99_999_999]) expect(() => load(states({ [field]: value }))).not.toThrow();
  for (const value of [minimum - 1, 100_000_000, 1.5, '1', null, Number.NaN]) {
    expect(() => load(states({ [field]: value }))).toThrow(`${field} must be a whole number`);
  }
});

test('States.ALL must stand alone, and last in Retry and in Catch', () => {
  const all = { ErrorEquals: ['States.ALL'] };
  const one = { ErrorEquals: ['E'] };
  const withNext = (...catchers: object[]) => catchers.map((each) => ({ ...each, Next: 'S' }));
  expect(() => load(taskWith({ Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] }))).toThrow(
    'T: Retry: States.ALL must stand alone.',
  );
  expect(() => load(taskWith({ Retry: [all, one] }))).toThrow('T: Retry: States.ALL must stand last.');
  expect(() => load(taskWith({ Catch: withNext(all, one) }))).toThrow('T: Catch: States.ALL must stand last.');
  expect(() => load(taskWith({ Catch: withNext(one, all) }))).not.toThrow();
});

test.each([
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:::aws-sdk:sns:publish',
  'arn:aws:states:us-east-1:123456789012:activity:A',
  'arn:aws:lambda:us-east-1:123456789012:function:F',
])('the resource %s is refused', (Resource) => {
  expect(() => load(taskWith({ Resource }))).toThrow(`T: Resource: the pattern of ${Resource} is not supported.`);
});

describe('Assign', () => {
  test.each(['a', '_a1', 'größe', 'Ω', 'statesOfIt', 'x'.repeat(80)])('may set %s', (name) => {
    expect(() => load(catcher({ Assign: { [name]: 1 } }))).not.toThrow();
    expect(() => load(catcher({ Assign: { [`${name}.$`]: '$' } }))).not.toThrow();
  });

  test.each(['', '1a', 'a b', 'a-b', 'a.b', '$a', 'states', 'x'.repeat(81)])('may not set %j', (name) => {
    expect(() => load(catcher({ Assign: { [name]: 1 } }))).toThrow(
      `T: Catch: Assign: ${name} is not a valid name for a variable.`,
    );
  });

  test.each<[unknown, string]>([
    [['a'], 'T: Catch: Assign must be an object.'],
    [{ 'a.$': 'States.UUID()' }, 'T: Catch: Assign: a.$: States.UUID() is not a supported path.'],
    [{ a: { 'b.$': 1 } }, 'T: Catch: Assign: b.$ must be a path.'],
    [{ 'a.$': '$', a: 1 }, 'T: Catch: Assign: a.$ is given twice.'],
  ])('%j is refused', (Assign, message) => {
    expect(() => load(catcher({ Assign }))).toThrow(message);
  });
});

test('a path to a variable is allowed wherever one is read', () => {
  const states = {
    T: task({ Parameters: { a: { 'b.$': '$v.b' } }, Next: 'C' }),
    C: { Type: 'Choice', Choices: [{ Variable: '$v.b', StringEquals: 'x', Next: 'F' }], Default: 'S' },
    F: { Type: 'Fail', ErrorPath: '$v.Error', CausePath: '$v.Cause' },
    S: { Type: 'Succeed', OutputPath: '$v' },
  };
  expect(() => load(states)).not.toThrow();
});

test('a transition to a state that does not exist is refused, also to a name that every object has', () => {
  expect(() => load(end, { StartAt: 'Nowhere' })).toThrow('StartAt leads to Nowhere, which is no state.');
  expect(() => load(pass({ Next: 'toString' }))).toThrow('P leads to toString, which is no state.');
  expect(() => load(choice({ ...rule, Next: 'Nowhere' }))).toThrow('C leads to Nowhere');
  expect(() => load({ C: { Type: 'Choice', Choices: [rule], Default: 'Nowhere' }, ...end })).toThrow(
    'C leads to Nowhere',
  );
  expect(() => load(catcher({ Next: 'Nowhere' }))).toThrow('T leads to Nowhere');
});

test.each([
  ['that no state leads to', { A: { Type: 'Succeed' } }],
  ['that only an unreachable one leads to', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } }],
  ['that only leads to itself', { A: { Type: 'Pass', Next: 'A' } }],
])('a state %s is refused', (_, states) => {
  expect(() => load({ ...end, ...states })).toThrow('A cannot be reached.');
});

test('a Comment is allowed wherever the language has one', () => {
  const Comment = 'why';
  const states = {
    T: {
      ...task({ Retry: [{ Comment, ErrorEquals: ['E'] }], Catch: [{ Comment, ErrorEquals: ['E'], Next: 'C' }] }),
      Comment,
      Next: 'C',
    },
    C: { Type: 'Choice', Comment, Choices: [{ ...rule, Comment }], Default: 'S' },
    ...end,
  };
  expect(() => load(states, { Comment, TimeoutSeconds: 1 })).not.toThrow();
});
