import { placesOf } from '../../../functions/adapters/stack-trace';

const thrownWith = (message: string): Error => new RangeError(message);

test('the places in the code are kept', () => {
  const places = placesOf(thrownWith('too late'));
  expect(places[0]).toMatch(/^ {4}at thrownWith \(.*stack-trace\.test\.ts:\d+:\d+\)$/);
  expect(places.length).toBeGreaterThan(1);
});

test.each([
  'CANARY',
  'two lines\n    at CANARY',
  'a place\n    at read (/CANARY/file.ts:1:1)',
  '\n    at /CANARY.ts:1:1',
])('nothing of the message %j is taken for a place', (message) => {
  expect(placesOf(thrownWith(message)).join('\n')).not.toContain('CANARY');
});

test('a message that was changed afterwards cannot be told from the stack, so nothing is kept', () => {
  const error = thrownWith('\n    at read (/CANARY/file.ts:1:1)');
  // Written when it is first read.
  expect(error.stack).toContain('CANARY');
  error.message = 'another';
  expect(placesOf(error)).toEqual([]);
});

test('text that is not a stack has no places', () => {
  expect(placesOf({ name: 'Odd', message: 'x', stack: 'x\n    at CANARY' })).toEqual([]);
  expect(placesOf({ name: 'Odd', message: '' })).toEqual([]);
});
