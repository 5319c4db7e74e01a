import { type Fault, faultsAt, isByOperator, type PointKind } from './faults';
import type { Scenario } from './scenario';
import { type Report, simulate } from './simulate';

/** What a world is like in which faults are enumerated. */
export type Setting = Pick<Scenario, 'momento' | 'unlabelled' | 'switches'>;

/** Told of every scenario that was run. */
export type Tell = (scenario: Scenario, report: Report) => void;

export interface Enumeration {
  readonly setting: Setting;
  readonly known: Map<string, readonly string[]>;
  readonly tell: Tell;
}

const run = async ({ setting, known, tell }: Enumeration, faults: readonly Fault[]): Promise<Report> => {
  const scenario = { ...setting, faults };
  const report = await simulate(scenario, { known });
  tell(scenario, report);
  return report;
};

/** Every fault at every point of a run. */
const faultsIn = (points: readonly PointKind[], number: 1 | 2): Fault[] =>
  points.flatMap((kind, point) => faultsAt(kind).map((fault) => ({ run: number, point, kind: fault })));

/** Whether the second may follow the first: at a later point, or after an operator's hand at the same one. */
const follows = (second: Fault, first: Fault): boolean =>
  second.point > first.point ||
  (second.point === first.point && isByOperator(first.kind) && !isByOperator(second.kind));

/** The run without faults, and every single fault in it. */
export const singleFaults = async (enumeration: Enumeration): Promise<readonly (readonly [Fault, Report])[]> => {
  const clean = await run(enumeration, []);
  const singles: (readonly [Fault, Report])[] = [];
  for (const fault of faultsIn(clean.points[1], 1)) singles.push([fault, await run(enumeration, [fault])]);
  return singles;
};

/** All pairs of faults in one run, that begin with these. */
export const pairsInOneRun = async (
  enumeration: Enumeration,
  singles: readonly (readonly [Fault, Report])[],
): Promise<void> => {
  for (const [first, { points }] of singles) {
    for (const second of faultsIn(points[1], 1)) {
      if (follows(second, first)) await run(enumeration, [first, second]);
    }
  }
};
