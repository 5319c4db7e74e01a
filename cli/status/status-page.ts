import { shortId, type VersionId } from '../../functions/contract/names';
import { spokenDuration, spokenTime } from '../../functions/language/time';
import { type Cell, tableLines } from '../../terminal/table';
import { type Style, type Terminal, wrapText } from '../../terminal/terminal';
import { isKnown, type Part } from '../command/part';
import type { Run } from '../deployment/last-runs';
import { type SecretStatus, type StatusReport, type TokenLife, unseenIn } from './status-report';

const barLength = 12;

/** The remaining share of the lifetime, as a bar. */
const bar = ({ issuedAt, validUntil }: TokenLife, now: number): string => {
  const share = (validUntil - now) / Math.max(validUntil - issuedAt, 1);
  // Not empty before it expires.
  const full = share <= 0 ? 0 : Math.min(Math.max(Math.round(share * barLength), 1), barLength);
  return '█'.repeat(full) + '░'.repeat(barLength - full);
};

const styleOf = ({ issuedAt, validUntil }: TokenLife, now: number): Style => {
  const left = validUntil - now;
  if (left <= 0) return 'red';
  return left < (validUntil - issuedAt) / 4 ? 'yellow' : 'green';
};

const tokenCell = (token: TokenLife | string, now: number): Cell => {
  if (typeof token === 'string') return { text: 'none', style: 'red' };
  const left = token.validUntil - now;
  const words = left > 0 ? `${spokenDuration(left)} left` : `expired ${spokenDuration(left)} ago`;
  return { text: `${bar(token, now)}\n${words}`, style: styleOf(token, now) };
};

const known = <T>(part: Part<T>, show: (value: T) => Cell): Cell =>
  isKnown(part)
    ? show(part.value)
    : part.absent
      ? { text: 'missing', style: 'red' }
      : { text: part.unknown, style: 'dim' };

const runStyles: Readonly<Record<string, Style>> = {
  rotated: 'green',
  resumed: 'green',
  notDue: 'green',
  failed: 'red',
  aborted: 'red',
  'timed out': 'red',
};

const runCell = (run: Run | null, among: number, now: number): Cell => {
  if (run === null) return { text: among === 0 ? 'never' : `none of the last ${among} executions`, style: 'yellow' };
  const what = run.error ? `${run.outcome}: ${run.error}` : run.outcome;
  const style = runStyles[run.outcome];
  const text = `${what}\n${spokenDuration(now - run.at)} ago`;
  return style === undefined ? { text } : { text, style };
};

const nextCell = (time: number | null, now: number): Cell =>
  time === null ? { text: 'none', style: 'red' } : { text: `in ${spokenDuration(time - now)}\n${spokenTime(time)}` };

const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const alarmsText = ({ alarms }: StatusReport): string => {
  if (!isKnown(alarms)) return alarms.unknown;
  const trouble = alarms.value.filter(({ inTrouble }) => inTrouble).length;
  return `${trouble === 0 ? 'none' : trouble} of ${countOf(alarms.value.length, 'alarm')} raised`;
};

const subscriptionsText = ({ subscriptions }: StatusReport): string => {
  if (!isKnown(subscriptions)) return subscriptions.unknown;
  const confirmed = subscriptions.value.filter((each) => each.confirmed).length;
  return `${countOf(confirmed, 'subscription')} confirmed, ${subscriptions.value.length - confirmed} not`;
};

const titles = ['Secret', 'Token', 'Last rotation', 'Next run'] as const;

/** On a narrower terminal a table is unreadable. */
const narrowest = 60;

const cellsOf = (secret: SecretStatus, now: number): readonly Cell[] => [
  { text: secret.secretName },
  known(secret.token, (token) => tokenCell(token, now)),
  known(secret.lastRun, ({ run, among }) => runCell(run, among, now)),
  known(secret.nextRun, (time) => nextCell(time, now)),
];

/** A row of the table with its cells below each other. */
const blockLines = (terminal: Terminal, cells: readonly Cell[]): readonly string[] =>
  cells.flatMap(({ text, style }, index) => [
    terminal.paint('bold', titles[index] ?? ''),
    ...text.split('\n').map((line) => `  ${style === undefined ? line : terminal.paint(style, line)}`),
  ]);

/** Prints the report as a table, and what needs action. */
export const showStatus = (terminal: Terminal, report: StatusReport, needs: readonly string[]): void => {
  const rows = report.secrets.map((secret) => cellsOf(secret, report.now));
  const [head, ...tableRows] =
    terminal.columns < narrowest
      ? [[], ...rows.map((row) => blockLines(terminal, row))]
      : tableLines(terminal, titles, rows);
  for (const line of head ?? []) terminal.print(line);
  for (const [index, lines] of tableRows.entries()) {
    for (const line of lines) terminal.print(line);
    for (const { versionId, labels } of report.secrets[index]?.versions ?? []) {
      terminal.print(
        `  ${terminal.paint('dim', `${shortId(versionId as VersionId).padEnd(12)} ${labels.join(', ')}`)}`,
      );
    }
  }
  terminal.print();
  terminal.print(`${terminal.paint('bold', 'Alarms')}         ${alarmsText(report)}`);
  terminal.print(`${terminal.paint('bold', 'Subscriptions')}  ${subscriptionsText(report)}`);
  terminal.print();
  const unseen = unseenIn(report);
  if (needs.length === 0)
    terminal.print(unseen === 0 ? 'No action required.' : 'No action required, as far as could be checked.');
  else terminal.print(terminal.paint('bold', 'Action required'));
  if (unseen > 0)
    terminal.print(`${countOf(unseen, 'item')} could not be checked: npx momento-rotation doctor says why.`);
  for (const need of needs) {
    const [first = '', ...rest] = wrapText(need, terminal.columns - 4);
    terminal.print(`  ${terminal.paint('red', '!')} ${first}`);
    for (const line of rest) terminal.print(`    ${line}`);
  }
};
