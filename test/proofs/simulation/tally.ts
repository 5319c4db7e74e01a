import type { Fault } from '../../simulation/faults';
import { formatScenario, type Scenario } from '../../simulation/scenario';
import type { Report } from '../../simulation/simulate';

/** The results of a number of scenarios. */
export interface Count {
  readonly scenarios: number;
  readonly violations: number;
  readonly unrecoverable: number;
}

type Counts = Readonly<Record<string, Count>>;

/** Scenarios with the same violation, and examples to run again. */
export interface Violated {
  readonly count: number;
  readonly examples: readonly string[];
}

/** Counts of scenarios, as plain data that worker processes can send. */
export interface Tally {
  readonly byKind: Counts;
  readonly byFault: Counts;
  /** Scenarios that no protocol could recover, by the point of the decisive fault. */
  readonly unrecoverable: Readonly<Record<string, number>>;
  readonly violated: Readonly<Record<string, Violated>>;
  /** Further lines for the output. */
  readonly notes: readonly string[];
  /** Scenarios that the rule for two executions with a fault leaves out. */
  readonly leftOut: number;
}

const emptyTally: Tally = { byKind: {}, byFault: {}, unrecoverable: {}, violated: {}, notes: [], leftOut: 0 };

const none: Count = { scenarios: 0, violations: 0, unrecoverable: 0 };

const sum = (one: Count, other: Count): Count => ({
  scenarios: one.scenarios + other.scenarios,
  violations: one.violations + other.violations,
  unrecoverable: one.unrecoverable + other.unrecoverable,
});

type ByName<T> = Readonly<Record<string, T>>;

const merge = <T>(
  one: ByName<T>,
  other: ByName<T>,
  add: (one: T | undefined, other: T | undefined) => T,
): Record<string, T> =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, add(one[key], other[key])]),
  );

const sums = (one: Counts, other: Counts): Counts => merge(one, other, (a = none, b = none) => sum(a, b));

const mostExamples = 4;

const violatedSum = (one: Violated | undefined, other: Violated | undefined): Violated => ({
  count: (one?.count ?? 0) + (other?.count ?? 0),
  examples: [...(one?.examples ?? []), ...(other?.examples ?? [])].slice(0, mostExamples),
});

export const mergeTallies = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (one, other) => ({
      byKind: sums(one.byKind, other.byKind),
      byFault: sums(one.byFault, other.byFault),
      unrecoverable: merge(one.unrecoverable, other.unrecoverable, (a = 0, b = 0) => a + b),
      violated: merge(one.violated, other.violated, violatedSum),
      notes: [...one.notes, ...other.notes],
      leftOut: one.leftOut + other.leftOut,
    }),
    emptyTally,
  );

/** Counts scenarios while they run. Used as `tell` of an enumeration. */
export const createCounter = () => {
  const byKind: Record<string, Count> = {};
  const byFault: Record<string, Count> = {};
  const unrecoverable: Record<string, number> = {};
  const violated: Record<string, Violated> = {};
  const notes: string[] = [];
  let leftOut = 0;

  const add = (counts: Record<string, Count>, key: string, count: Count): void => {
    counts[key] = sum(counts[key] ?? none, count);
  };

  return {
    count(kind: string, scenario: Scenario, report: Report): void {
      const one: Count = {
        scenarios: 1,
        violations: report.violations.length > 0 ? 1 : 0,
        unrecoverable: report.unrecoverable === undefined ? 0 : 1,
      };
      add(byKind, kind, one);
      for (const fault of new Set(scenario.faults.map(({ kind: each }: Fault) => each))) add(byFault, fault, one);
      if (report.unrecoverable !== undefined) {
        unrecoverable[report.unrecoverable] = (unrecoverable[report.unrecoverable] ?? 0) + 1;
      }
      for (const violation of report.violations) {
        violated[violation] = violatedSum(violated[violation], { count: 1, examples: [formatScenario(scenario)] });
      }
    },
    note(line: string): void {
      notes.push(line);
    },
    leaveOut(count: number): void {
      leftOut += count;
    },
    tally: (): Tally => ({ byKind, byFault, unrecoverable, violated, notes, leftOut }),
  };
};

export type Counter = ReturnType<typeof createCounter>;

const number = (value: number): string => value.toLocaleString('en-US');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(head), rule, ...rows.map(line)];
};

const countTable = (title: string, counts: Counts, total: boolean): string[] => {
  const rows = Object.entries(counts);
  const all = rows.map(([, count]) => count).reduce(sum, none);
  const cells = (name: string, { scenarios, violations, unrecoverable }: Count): string[] => [
    name,
    number(scenarios),
    number(violations),
    number(unrecoverable),
  ];
  return table(
    [title, 'scenarios', 'violations', 'unrecoverable'],
    [...rows.map(([name, count]) => cells(name, count)), ...(total ? [cells('all', all)] : [])],
  );
};

export const totalOf = ({ byKind }: Tally): Count => Object.values(byKind).reduce(sum, none);

/** The tables, line by line. */
export const printTally = ({ byKind, byFault, unrecoverable, violated, notes, leftOut }: Tally): string[] => [
  ...countTable('kind', byKind, true),
  ...(leftOut > 0
    ? [
        '',
        `Left out by the rule for two executions with a fault: ${number(leftOut)} scenarios with variants of other faults.`,
      ]
    : []),
  '',
  ...table(
    ['unrecoverable at', 'scenarios'],
    Object.entries(unrecoverable)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, count]) => [name, number(count)]),
  ),
  '',
  ...countTable('scenarios with', byFault, false),
  ...Object.entries(violated).flatMap(([violation, { count, examples }]) => [
    '',
    `VIOLATED ${number(count)} times: ${violation}`,
    ...examples.map((scenario) => `  ${scenario}`),
  ]),
  ...(notes.length > 0 ? ['', ...notes] : []),
];
