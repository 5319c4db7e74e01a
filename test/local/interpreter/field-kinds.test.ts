import { loadDefinition } from '../../../local/interpreter/definition';
import { task } from './run';

// Wrong kinds of fields and both sides of their limits.

const end = { S: { Type: 'Succeed' } };

const load = (states: Record<string, unknown>, machine: object = {}) =>
  loadDefinition({ StartAt: Object.keys(states)[0], States: states, ...machine });

const retrier = (fields: object) => ({ T: task({ Retry: [{ ErrorEquals: ['E'], ...fields }] }) });
const rule = { Variable: '$.v', IsNull: true };

test.each<[Record<string, unknown>, string]>([
  [{ P: { Type: 'Pass', Next: 5 } }, 'P: Next must be a string.'],
  [{ C: { Type: 'Choice', Choices: [{ ...rule, Next: 'S' }], Default: 5 }, ...end }, 'C: Default must be a string.'],
  [{ C: { Type: 'Choice', Choices: [{ ...rule, Next: 5 }] }, ...end }, 'C: Next must be a string.'],
  [{ C: { Type: 'Choice', Choices: [], Default: 'S' }, ...end }, 'C: Choices must be a list that is not empty.'],
  [{ C: { Type: 'Choice', Choices: [null], Default: 'S' }, ...end }, 'C: a choice rule must be an object.'],
  [{ C: { Type: 'Choice', Choices: [{ Or: [], Next: 'S' }] }, ...end }, 'C: Or must be a list that is not empty.'],
  [{ F: { Type: 'Fail', Error: 5 } }, 'F: Error must be a string.'],
  [{ F: { Type: 'Fail', Cause: 5 } }, 'F: Cause must be a string.'],
  [{ F: { Type: 'Fail', ErrorPath: null } }, 'F: ErrorPath must be a path.'],
  [{ F: { Type: 'Fail', CausePath: 'c' } }, 'F: CausePath: c is no reference path.'],
  [{ F: { Type: 'Fail', Next: 'F' } }, 'F: Next is not supported.'],
  [{ S: { Type: 'Succeed', End: true } }, 'S: End is not supported.'],
  [{ P: { Type: 'Pass', End: true, ResultSelector: {} } }, 'P: ResultSelector is not supported.'],
  [{ P: { Type: 'Pass', End: true, Catch: [] } }, 'P: Catch is not supported.'],
  [{ T: task({ ResultSelector: '$' }) }, 'T: ResultSelector must be an object.'],
  [{ T: task({ Parameters: ['$'] }) }, 'T: Parameters must be an object.'],
  [{ T: task({ Resource: 5 }) }, 'T: Resource must be a string.'],
  [{ T: task({ Catch: {} }) }, 'T: Catch must be a list that is not empty.'],
  [{ T: task({ Retry: [null] }) }, 'T: Retry must be an object.'],
  [{ T: task({ Retry: [{}] }) }, 'T: Retry: ErrorEquals is missing.'],
  [{ T: task({ Catch: [{ Next: 'S' }] }), ...end }, 'T: Catch: ErrorEquals is missing.'],
  [{ T: task({ Catch: [{ ErrorEquals: ['E'], ResultPath: 5, Next: 'S' }] }) }, 'T: Catch: ResultPath must be a path.'],
  [retrier({ ErrorEquals: ['E', 5] }), 'T: Retry: ErrorEquals must hold strings.'],
  [{ T: task({ QueryLanguage: 'JSONata' }) }, 'T: QueryLanguage is not supported.'],
  [{ P: { Type: 'Parallel', End: true } }, 'P: the type Parallel is not supported.'],
])('%j is refused', (states, sentence) => {
  expect(() => load(states)).toThrow(sentence);
});

test.each([
  ['IntervalSeconds', 1, 0],
  ['MaxDelaySeconds', 1, 0],
  ['MaxAttempts', 0, -1],
  ['BackoffRate', 1, 0.999],
])('%s of a Retry is %d at least', (field, least, less) => {
  expect(() => load(retrier({ [field]: least }))).not.toThrow();
  expect(() => load(retrier({ [field]: less }))).toThrow(`T: Retry: ${field} must be`);
});

test.each<[string, number, (fields: object) => Record<string, unknown>]>([
  ['TimeoutSeconds', 1, (fields) => ({ T: task(fields) })],
  ['Seconds', 0, (fields) => ({ W: { Type: 'Wait', End: true, ...fields } })],
  ['IntervalSeconds', 1, retrier],
  ['MaxAttempts', 0, retrier],
])('%s is a whole number from %d to 99999999', (field, least, states) => {
  for (const value of [least, 99_999_999]) expect(() => load(states({ [field]: value }))).not.toThrow();
  for (const value of [least - 1, 100_000_000, 1.5, '1', null, Number.NaN]) {
    expect(() => load(states({ [field]: value }))).toThrow(`${field} must be a whole number`);
  }
});

test('a machine may end after a second', () => {
  expect(() => load(end, { TimeoutSeconds: 1 })).not.toThrow();
});

test('jitter may be switched off by its name', () => {
  expect(() => load(retrier({ JitterStrategy: 'NONE' }))).not.toThrow();
});

test('a Comment may stand in a rule within another, too', () => {
  const Comment = 'why';
  const nested = { Comment, And: [{ Comment, Not: { Comment, ...rule } }] };
  const states = { C: { Type: 'Choice', Choices: [{ ...nested, Next: 'S' }] }, ...end };
  expect(() => load(states)).not.toThrow();
});

test.each([
  [
    'a state that only an unreachable one leads to',
    { S: { Type: 'Succeed' }, A: { Type: 'Pass', Next: 'B' }, B: end.S },
  ],
  ['a state that leads to itself only', { S: { Type: 'Succeed' }, A: { Type: 'Pass', Next: 'A' } }],
])('%s cannot be reached', (_, states) => {
  expect(() => load(states)).toThrow('A cannot be reached.');
});

test('Default, Catch, a rule and Next all count as ways to a state', () => {
  const states = {
    T: { ...task({ Catch: [{ ErrorEquals: ['E'], Next: 'Caught' }], Next: 'C' }), End: undefined },
    C: { Type: 'Choice', Choices: [{ ...rule, Next: 'Ruled' }], Default: 'Otherwise' },
    Caught: { Type: 'Succeed' },
    Ruled: { Type: 'Succeed' },
    Otherwise: { Type: 'Succeed' },
  };
  expect(() => load(states)).not.toThrow();
});
