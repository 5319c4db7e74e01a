import { loadDefinition } from '../../../local/interpreter/definition';
import { task } from './run';

const end = { S: { Type: 'Succeed' } };

const load = (states: Record<string, unknown>, machine: object = {}) =>
  loadDefinition({ StartAt: Object.keys(states)[0], States: states, ...machine });

const choice = (rule: object) => ({ C: { Type: 'Choice', Choices: [rule], Default: 'S' }, ...end });
const retry = (...Retry: object[]) => ({ T: task({ Retry }) });
const wait = (fields: object) => ({ W: { Type: 'Wait', End: true, ...fields } });

test.each([null, 'text', 5, [end]])('a machine that is %j is refused', (json) => {
  expect(() => loadDefinition(json)).toThrow('The machine must be an object.');
});

test.each([
  [{ StartAt: undefined }, 'The machine: StartAt is missing.'],
  [{ StartAt: 5 }, 'The machine: StartAt must be a string.'],
  [{ States: undefined }, 'The machine: States is missing.'],
  [{ States: [] }, 'The machine: States must be an object.'],
  [{ TimeoutSeconds: 0 }, 'The machine: TimeoutSeconds must be a whole number of seconds from 1 on.'],
  [{ Version: 1 }, 'The machine: Version must be a string.'],
])('of the machine, %j is refused', (fields, sentence) => {
  expect(() => load(end, fields)).toThrow(sentence);
});

test.each<[Record<string, unknown>, string]>([
  [{ S: null }, 'S: the type undefined is not supported.'],
  [{ S: { Type: 'constructor' } }, 'S: the type constructor is not supported.'],
  [{ S: { Type: 'Succeed', Comment: 5 } }, 'S: Comment must be a string.'],
  [{ P: { Type: 'Pass', End: 'yes' } }, 'P: End must be true or false.'],
  [{ P: { Type: 'Pass', End: false } }, 'P: needs exactly one of Next and End.'],
  [{ P: { Type: 'Pass', End: true, Parameters: '$' } }, 'P: Parameters must be an object.'],
  [{ T: task({ InputPath: 5 }) }, 'T: InputPath must be a path.'],
  [{ T: task({ ResultPath: '$$.Execution' }) }, 'T: ResultPath: the context object cannot be written.'],
  [{ T: task({ Parameters: { 'a.$': null } }) }, 'T: a.$ must be a path.'],
  [{ T: task({ Parameters: { list: [{ 'a.$': '$', a: 1 }] } }) }, 'T: a.$ stands there twice.'],
  [{ T: task({ ResultSelector: { 'a.$': 'States.UUID()' } }) }, 'T: a.$: States.UUID() is no reference path.'],
  [{ T: task({ TimeoutSeconds: '5' }) }, 'T: TimeoutSeconds must be a whole number of seconds from 1 on.'],
  [{ T: task({ Retry: {} }) }, 'T: Retry must be a list that is not empty.'],
  [{ T: task({ Catch: [{ ErrorEquals: ['E'] }] }) }, 'T: Catch: Next is missing.'],
  [wait({}), 'W: needs exactly one of Seconds and SecondsPath'],
  [wait({ Seconds: 1, SecondsPath: '$.s' }), 'W: needs exactly one of Seconds and SecondsPath'],
  [wait({ Seconds: -1 }), 'W: Seconds must be a whole number of seconds.'],
  [wait({ SecondsPath: null }), 'W: SecondsPath must be a path.'],
  [wait({ Timestamp: '2026-12-01 00:00:00Z' }), 'W: Timestamp must be a time like'],
  [{ F: { Type: 'Fail', Error: 'E', ErrorPath: '$.e' } }, 'F: needs at most one of Error and ErrorPath.'],
  [{ F: { Type: 'Fail', Cause: 'C', CausePath: '$.c' } }, 'F: needs at most one of Cause and CausePath.'],
])('%j is refused', (states, sentence) => {
  expect(() => load(states)).toThrow(sentence);
});

test.each([
  [{ IntervalSeconds: 0 }, 'IntervalSeconds must be a whole number of seconds from 1 on'],
  [{ MaxAttempts: -1 }, 'MaxAttempts must be a whole number'],
  [{ BackoffRate: 0.5 }, 'BackoffRate must be a number from 1 on'],
  [{ MaxDelaySeconds: 1.5 }, 'MaxDelaySeconds must be a whole number of seconds from 1 on'],
  [{ JitterStrategy: 'HALF' }, 'JitterStrategy must be FULL or NONE'],
  [{ ErrorEquals: [5] }, 'ErrorEquals must hold strings'],
])('a Retry with %j is refused', (fields, sentence) => {
  expect(() => load(retry({ ErrorEquals: ['E'], ...fields }))).toThrow(`T: Retry: ${sentence}.`);
});

test('States.ALL must be the last of Retry and of Catch', () => {
  const all = { ErrorEquals: ['States.ALL'], Next: 'S' };
  const one = { ErrorEquals: ['E'], Next: 'S' };
  expect(() => load(retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }))).toThrow(
    'T: Retry: States.ALL must stand last.',
  );
  expect(() => load({ T: task({ Catch: [all, one] }), ...end })).toThrow('T: Catch: States.ALL must stand last.');
  expect(() => load({ T: task({ Catch: [one, all] }), ...end })).not.toThrow();
});

test.each([
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:us-east-1:123456789012:activity:A',
  'arn:aws:lambda:us-east-1:123456789012:function:F',
])('the resource %s is refused', (Resource) => {
  expect(() => load({ T: task({ Resource }) })).toThrow(`T: Resource: the pattern of ${Resource} is not supported.`);
});

const v = { Variable: '$.v', Next: 'S' };

test.each<[object, string]>([
  [{ ...v, constructor: 'x' }, 'C: constructor is not supported.'],
  [{ ...v, StringMatchesPath: '$.w' }, 'C: StringMatchesPath is not supported.'],
  [{ ...v, IsNullPath: '$.w' }, 'C: IsNullPath is not supported.'],
  [{ ...v, StringEquals: 5 }, 'C: StringEquals must be a string.'],
  [{ ...v, NumericLessThan: '5' }, 'C: NumericLessThan must be a number.'],
  [{ ...v, IsPresent: 'true' }, 'C: IsPresent must be a boolean.'],
  [{ ...v, StringEqualsPath: 'w' }, 'C: StringEqualsPath: w is no reference path.'],
  [{ Next: 'S', IsNull: true }, 'C: Variable must be a path.'],
  [{ Variable: '$.v', IsNull: true }, 'C: Next is missing.'],
  [{ And: [], Next: 'S' }, 'C: And must be a list that is not empty.'],
  [{ And: [{ ...v, IsNull: true }], Next: 'S' }, 'C: Next must stand in the outermost rule.'],
  [{ Not: { Variable: '$.v', Bogus: 1 }, Next: 'S' }, 'C: Bogus is not supported.'],
  [{ Not: null, Next: 'S' }, 'C: Not must be an object.'],
  [{ Or: [{ Variable: '$.v', IsNull: true }], Variable: '$.v', Next: 'S' }, 'C: Variable is not supported.'],
])('the choice rule %j is refused', (rule, sentence) => {
  expect(() => load(choice(rule))).toThrow(sentence);
});

test('ways to nowhere are refused wherever they start, also to names that every object knows', () => {
  const rule = { Variable: '$.v', IsNull: true };
  expect(() => load({ P: { Type: 'Pass', Next: 'toString' } })).toThrow('P leads to toString, which is no state.');
  expect(() => load(choice({ ...rule, Next: 'Nowhere' }))).toThrow('C leads to Nowhere');
  const states = { C: { Type: 'Choice', Choices: [{ ...rule, Next: 'S' }], Default: 'Nowhere' }, ...end };
  expect(() => load(states)).toThrow('C leads to Nowhere');
});

test('a Comment may stand wherever the language allows one', () => {
  const Comment = 'why';
  const definition = {
    T: {
      ...task({ Retry: [{ Comment, ErrorEquals: ['E'] }], Catch: [{ Comment, ErrorEquals: ['E'], Next: 'C' }] }),
      Comment,
      End: undefined,
      Next: 'C',
    },
    C: { Type: 'Choice', Comment, Choices: [{ ...v, Comment, IsNull: true }] },
    ...end,
  };
  expect(() => load(definition, { Comment, Version: '1.0', QueryLanguage: 'JSONPath' })).not.toThrow();
});
