import { type Style, type Terminal, wrapText } from './terminal';

/** A cell of a table. Line breaks are kept; lines that are too long are broken. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

const gap = '  ';
const narrowest = 10;

/** Like `wrapText`, but breaks words that are too long, too. */
const breakText = (text: string, width: number): string[] =>
  text
    .split('\n')
    .flatMap((line) => wrapText(line, width))
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);

const naturalWidth = (cells: readonly Cell[]): number =>
  Math.max(...cells.flatMap(({ text }) => text.split('\n')).map((line) => line.length));

/** Narrows the widest column until all columns fit. */
const narrow = (widths: readonly number[], columns: number): number[] => {
  const fitted = [...widths];
  const total = () => fitted.reduce((sum, width) => sum + width, gap.length * (fitted.length - 1));
  while (total() > columns && Math.max(...fitted) > narrowest) {
    fitted[fitted.indexOf(Math.max(...fitted))] = Math.max(...fitted) - 1;
  }
  return fitted;
};

/** The lines of a table, each row as many as its longest cell needs. */
export const tableLines = (
  terminal: Terminal,
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
): readonly (readonly string[])[] => {
  const all: readonly (readonly Cell[])[] = [titles.map((text): Cell => ({ text, style: 'bold' })), ...rows];
  const widths = narrow(
    titles.map((_, index) => naturalWidth(all.map((row) => row[index] ?? { text: '' }))),
    terminal.columns,
  );
  return all.map((row) => {
    const cells = row.map(({ text }, index) => breakText(text, widths[index] ?? narrowest));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, index) => {
          const padded = (lines[line] ?? '').padEnd(widths[index] ?? 0);
          const style = row[index]?.style;
          return style === undefined || padded.trim() === '' ? padded : terminal.paint(style, padded);
        })
        .join(gap)
        .trimEnd(),
    );
  });
};
