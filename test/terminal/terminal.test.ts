import { createTerminal, unbreakable, wrapText } from '../../terminal/terminal';

const stream = (isTTY: boolean, columns?: number) => ({ isTTY, ...(columns ? { columns } : {}), write: () => true });

test('colours only on a terminal', () => {
  expect(createTerminal(stream(true), {}).paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
  expect(createTerminal(stream(false), {}).paint('red', 'x')).toBe('x');
});

test('NO_COLOR is respected', () => {
  expect(createTerminal(stream(true), { NO_COLOR: '1' }).paint('red', 'x')).toBe('x');
});

test('the width is the terminal width, and a readable one elsewhere', () => {
  expect(createTerminal(stream(true, 80), {}).columns).toBe(80);
  expect(createTerminal(stream(true, 5), {}).columns).toBe(40);
  expect(createTerminal(stream(false), {}).columns).toBe(100);
});

test('text is broken at spaces, and no word is lost', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('incomprehensibilities are', 5)).toEqual(['incomprehensibilities', 'are']);
  expect(wrapText('', 5)).toEqual(['']);
});

test('colours take no room, and what is unbreakable stays in one line', () => {
  expect(wrapText('\u001b[31mone\u001b[39m two', 7)).toEqual(['\u001b[31mone\u001b[39m two']);
  expect(wrapText(`one two ${unbreakable('(3 ms)')}`, 12)).toEqual(['one two', '(3 ms)']);
});
