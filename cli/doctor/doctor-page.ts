import { type Style, type Terminal, wrapText } from '../../terminal/terminal';
import type { Finding, Verdict } from './finding';

const marks: Readonly<Record<Verdict, readonly [mark: string, word: string, style: Style]>> = {
  ok: ['✓', 'ok', 'green'],
  warning: ['!', 'warning', 'yellow'],
  problem: ['✗', 'problem', 'red'],
  notChecked: ['–', 'not checked', 'dim'],
};

const wordWidth = Math.max(...Object.values(marks).map(([, word]) => word.length));

const countOf = (findings: readonly Finding[], verdict: Verdict, what: string): string => {
  const count = findings.filter((finding) => finding.verdict === verdict).length;
  return `${count} ${what}${count === 1 || verdict === 'ok' ? '' : 's'}`;
};

/** Prints each finding with its remedy, and the counts. */
export const showFindings = (terminal: Terminal, findings: readonly Finding[]): void => {
  const indent = ' '.repeat(wordWidth + 5);
  const width = terminal.columns - indent.length;
  for (const { verdict, about, found, remedy } of findings) {
    const [mark, word, style] = marks[verdict];
    const [first = '', ...rest] = wrapText(`${about}: ${found}`, width);
    terminal.print(`  ${terminal.paint(style, `${mark} ${word.padEnd(wordWidth)}`)} ${first}`);
    for (const line of rest) terminal.print(`${indent}${line}`);
    for (const line of remedy === undefined ? [] : wrapText(`→ ${remedy}`, width)) terminal.print(`${indent}${line}`);
  }
  terminal.print();
  const counts = [
    countOf(findings, 'problem', 'problem'),
    countOf(findings, 'warning', 'warning'),
    countOf(findings, 'ok', 'ok'),
    ...(findings.some(({ verdict }) => verdict === 'notChecked')
      ? [`${findings.filter(({ verdict }) => verdict === 'notChecked').length} not checked`]
      : []),
  ];
  terminal.print(`${counts.join(', ')}.`);
};
