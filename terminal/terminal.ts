import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Where the program prints, with the styles that are possible there. */
export interface Terminal {
  readonly columns: number;
  print(line?: string): void;
  paint(style: Style, text: string): string;
}

const defaultColumns = 100;
const fewestColumns = 40;

/** Colours only on a terminal, and not if NO_COLOR is set to anything (https://no-color.org). */
export const createTerminal = (
  stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
  env: Readonly<Record<string, string | undefined>>,
): Terminal => {
  const colours = stream.isTTY === true && !env.NO_COLOR;
  return {
    columns: Math.max((stream.isTTY && stream.columns) || defaultColumns, fewestColumns),
    print: (line = '') => stream.write(`${line}\n`),
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
};

/** Colour codes have no width. */
const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Keeps a text in one line when it is wrapped. */
export const unbreakable = (text: string): string => text.replaceAll(' ', '\u00a0');

/**
 * Breaks a text at spaces into lines of at most `width`; a longer word gets a line of its own. What is unbreakable has
 * its spaces back afterwards.
 */
export const wrapText = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => each.replaceAll('\u00a0', ' '));
};

/** Prints a text, wrapped to the width of the terminal. */
export const printWrapped = (terminal: Terminal, text: string): void => {
  for (const line of wrapText(text, terminal.columns)) terminal.print(line);
};
