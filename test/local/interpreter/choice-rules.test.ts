import { run } from './run';

const ends = { Yes: { Type: 'Succeed' }, No: { Type: 'Succeed' } };

/** Where a choice with this one rule leads: to Yes or No, or to an error. */
const choose = async (rule: object, input: unknown) => {
  const choice = { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' };
  const { visited, error } = await run({ C: choice, ...ends }, { input });
  return error ?? visited[1];
};

const v = (comparison: object) => ({ Variable: '$.v', ...comparison });
const leads = (holds: boolean) => (holds ? 'Yes' : 'No');

test.each([
  ['NumericEquals', false, true, false],
  ['NumericLessThan', true, false, false],
  ['NumericLessThanEquals', true, true, false],
  ['NumericGreaterThan', false, false, true],
  ['NumericGreaterThanEquals', false, true, true],
])('%s of a smaller, the same and a greater number: %s, %s, %s', async (operator, smaller, same, greater) => {
  const rule = v({ [operator]: -1.5 });
  expect(await choose(rule, { v: -1.6 })).toBe(leads(smaller));
  expect(await choose(rule, { v: -1.5 })).toBe(leads(same));
  expect(await choose(rule, { v: -1.4 })).toBe(leads(greater));
});

test.each([
  ['NumericEquals', 1],
  ['NumericLessThan', 1],
  ['NumericLessThanEquals', 1],
  ['NumericGreaterThan', -1],
  ['NumericGreaterThanEquals', -1],
  ['StringEquals', '0'],
  ['StringMatches', '*'],
  ['BooleanEquals', false],
])('%s does not hold for a value of another type', async (operator, operand) => {
  const others = [null, {}, [], operator.startsWith('Numeric') ? '0' : 0];
  for (const other of others) expect(await choose(v({ [operator]: operand }), { v: other })).toBe('No');
});

test.each([
  ['IsNull', null],
  ['IsString', ''],
  ['IsNumeric', 0],
  ['IsBoolean', false],
])('%s tells its type from every other', async (operator, own) => {
  for (const value of [null, '', 0, false, {}, []]) {
    expect(await choose(v({ [operator]: true }), { v: value })).toBe(leads(value === own));
    expect(await choose(v({ [operator]: false }), { v: value })).toBe(leads(value !== own));
  }
});

test.each([
  ['*', '', true],
  ['*.log', 'zebra.log', true],
  ['*.log', 'zebra.log.gz', false],
  ['foo*.*', 'foobar.zebra', true],
  ['foo*.*', 'a foobar.zebra', false],
  ['a**b', 'ab', true],
  ['a*b', 'a\nb', true],
  ['a?[b]|(c)+$', 'a?[b]|(c)+$', true],
  ['a?', 'a', false],
  ['A*', 'abc', false],
  ['\\**', '*abc', true],
  ['\\**', 'abc', false],
  ['a\\\\*', 'a\\bc', true],
  ['a\\\\*', 'a*', false],
  ['\\\\\\*', '\\*', true],
  ['\\\\\\*', '\\x', false],
])('StringMatches: the pattern %j and the text %j: %s', async (pattern, text, matches) => {
  expect(await choose(v({ StringMatches: pattern }), { v: text })).toBe(leads(matches));
});

test.each([
  { StringEquals: 'a' },
  { StringEqualsPath: '$.there' },
  { StringMatches: '*' },
  { BooleanEquals: false },
  { BooleanEqualsPath: '$.there' },
  { NumericEquals: 0 },
  { NumericLessThanPath: '$.there' },
  { IsNull: false },
  { IsString: false },
  { IsNumeric: false },
  { IsBoolean: false },
])('a Variable that leads to nothing is States.Runtime for %j, and neither true nor false', async (comparison) => {
  expect(await choose(v(comparison), { there: 'a' })).toBe('States.Runtime');
  expect(await choose({ Not: v(comparison) }, { there: 'a' })).toBe('States.Runtime');
});

test('IsPresent sees null, and looks into what is not there', async () => {
  expect(await choose(v({ IsPresent: false }), { v: null })).toBe('No');
  expect(await choose({ Variable: '$.a.b[0].c', IsPresent: false }, {})).toBe('Yes');
  expect(await choose({ Variable: '$.a[1]', IsPresent: true }, { a: [1] })).toBe('No');
  expect(await choose({ Variable: '$.a[1]', IsPresent: true }, { a: [1, 2] })).toBe('Yes');
});

test('IsPresent guards the comparisons that follow it in And and in Or', async () => {
  const isA = v({ StringEquals: 'a' });
  expect(await choose({ And: [v({ IsPresent: true }), isA] }, {})).toBe('No');
  expect(await choose({ And: [v({ IsPresent: true }), isA] }, { v: 'a' })).toBe('Yes');
  expect(await choose({ Or: [v({ IsPresent: false }), isA] }, {})).toBe('Yes');
  expect(await choose({ Or: [v({ IsPresent: false }), isA] }, { v: 'b' })).toBe('No');
});

test.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('And, Or and Not of %s and %s', async (a, b) => {
  const [isA, isB] = ['$.a', '$.b'].map((Variable) => ({ Variable, BooleanEquals: true }));
  expect(await choose({ And: [isA, isB] }, { a, b })).toBe(leads(a && b));
  expect(await choose({ Or: [isA, isB] }, { a, b })).toBe(leads(a || b));
  expect(await choose({ Not: isA }, { a })).toBe(leads(!a));
  expect(await choose({ Or: [{ And: [isA, { Not: isB }] }, { And: [{ Not: isA }, isB] }] }, { a, b })).toBe(
    leads(a !== b),
  );
});

test('a comparison with a path needs the same type on both sides', async () => {
  expect(await choose(v({ StringEqualsPath: '$.w' }), { v: '1', w: 1 })).toBe('No');
  expect(await choose(v({ NumericEqualsPath: '$.w' }), { v: 1, w: '1' })).toBe('No');
  expect(await choose(v({ BooleanEqualsPath: '$.w' }), { v: false, w: null })).toBe('No');
});

test('a Variable may lead into the context object', async () => {
  expect(await choose({ Variable: '$$.State.Name', StringEquals: 'C' }, {})).toBe('Yes');
});

test('the rules see InputPath’s part, and OutputPath’s part of that goes on', async () => {
  const choice = {
    Type: 'Choice',
    InputPath: '$.in',
    OutputPath: '$.out',
    Choices: [{ Variable: '$.v', NumericEquals: 1, Next: 'Yes' }],
    Default: 'No',
  };
  const { visited, output } = await run({ C: choice, ...ends }, { input: { in: { v: 1, out: 'picked' }, v: 2 } });
  expect([visited, output]).toEqual([['C', 'Yes'], 'picked']);
});

test('without a rule that holds the Default decides; without a Default the error says why', async () => {
  const choice = { Type: 'Choice', Choices: [v({ IsNull: true, Next: 'Yes' })] };
  expect((await run({ C: { ...choice, Default: 'No' }, ...ends }, { input: { v: 1 } })).visited).toEqual(['C', 'No']);
  expect(await run({ C: choice, Yes: ends.Yes }, { input: { v: 1 } })).toMatchObject({
    error: 'States.NoChoiceMatched',
    cause: expect.stringMatching(/Default/),
    visited: ['C'],
  });
});
