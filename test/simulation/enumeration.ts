import { type Fault, faultKindsAt, isByOperator, type PointKind, variants } from './faults';
import { exceedsPromise, type Scenario, type UnlabelledVersions } from './scenario';
import { type Known, type Report, simulate } from './simulate';
import { withoutUnlabelled } from './state-description';

/** The conditions under which faults are enumerated. */
export type Setting = Pick<Scenario, 'momento' | 'unlabelled' | 'timing' | 'circumstance' | 'switches'>;

export interface Enumeration {
  readonly setting: Setting;
  /** The outcomes of states that were seen before, by the treatment of unlabelled versions. */
  readonly known: Readonly<Record<UnlabelledVersions, Known>>;
  /** Called with every scenario that was run. */
  readonly tell: (scenario: Scenario, report: Report) => void;
  /** Repeat each scenario with unlabelled versions that are trimmed. */
  readonly withTwins: boolean;
}

export const nothingKnown = (): Enumeration['known'] => ({
  kept: new Map(),
  trimmedAfterADay: new Map(),
  trimmedAtOnce: new Map(),
});

/**
 * @param known outcomes under the same conditions. The order of turns does not matter for days with only one execution.
 */
export const createEnumeration = (
  setting: Setting,
  tell: Enumeration['tell'],
  { known = nothingKnown(), withTwins = true }: Partial<Pick<Enumeration, 'known' | 'withTwins'>> = {},
): Enumeration => ({
  setting,
  known,
  tell,
  // A secret would not be nearly full if versions were trimmed.
  withTwins: withTwins && setting.unlabelled === 'kept' && setting.circumstance !== 'nearlyFull',
});

/** One in so many scenarios with a known outcome is run to its end, to check the known outcome. */
const checkedEvery = 499;

let sinceChecked = 0;

/** @throws Error if the known outcome is wrong */
const checkKnown = async (scenario: Scenario, report: Report): Promise<void> => {
  sinceChecked += 1;
  if (sinceChecked % checkedEvery > 0) return;
  const whole = await simulate(scenario);
  const same = (['violations', 'unrecoverable'] as const).every(
    (field) => JSON.stringify(whole[field]) === JSON.stringify(report[field]),
  );
  if (!same) throw new Error(`${JSON.stringify(scenario)} does not end like the scenario that it was taken to equal.`);
};

/** No version is a day old before the next day's run. */
const endsWithinADay = ({ faults }: Scenario): boolean =>
  faults.every(({ run, kind }) => run === 1 && kind !== 'stopAndRedriveNextDay');

/**
 * The same scenario with unlabelled versions that are trimmed. If no call asked for an unlabelled version, or none is
 * trimmed while the scenario runs, the scenario runs in the same way and only leaves fewer versions behind.
 */
const runTwin = async ({ known, tell }: Enumeration, scenario: Scenario, report: Report): Promise<void> => {
  const ends = known[scenario.unlabelled];
  const state = withoutUnlabelled(report.state);
  const end = ends.get(state);
  const isLike = !report.askedForUnlabelled || (scenario.unlabelled === 'trimmedAfterADay' && endsWithinADay(scenario));
  if (end === undefined || !isLike || report.violations.length > 0) {
    tell(scenario, await simulate(scenario, { known: ends }));
    return;
  }
  const like = { ...report, violations: end, isKnown: true };
  await checkKnown(scenario, like);
  tell(scenario, like);
};

/** Runs a scenario, and its twins. @returns its own report */
const run = async (enumeration: Enumeration, faults: readonly Fault[]): Promise<Report> => {
  const { setting, known, tell } = enumeration;
  const scenario = { ...setting, faults };
  const report = await simulate(scenario, { known: known[setting.unlabelled] });
  if (report.isKnown) await checkKnown(scenario, report);
  tell(scenario, report);
  if (enumeration.withTwins) {
    for (const unlabelled of ['trimmedAfterADay', 'trimmedAtOnce'] as const) {
      const twin = { ...scenario, unlabelled };
      if (!exceedsPromise(twin)) await runTwin(enumeration, twin, report);
    }
  }
  return report;
};

/** Every fault at every point of a run. */
const faultsIn = (points: readonly PointKind[], number: 1 | 2): Fault[] =>
  points.flatMap((kind, point) => faultKindsAt(kind).map((fault) => ({ run: number, point, kind: fault })));

/** Whether the second may follow the first: at a later point, or at the same point after an operator's action. */
const follows = (second: Fault, first: Fault): boolean =>
  second.point > first.point ||
  (second.point === first.point && isByOperator(first.kind) && !isByOperator(second.kind));

/** A fault that was simulated alone. */
export type Single = readonly [Fault, Report];

/** The run without faults, and every single fault in it. */
export const singleFaults = async (enumeration: Enumeration): Promise<readonly Single[]> => {
  const clean = await run(enumeration, []);
  const singles: Single[] = [];
  for (const fault of faultsIn(clean.points[1], 1)) singles.push([fault, await run(enumeration, [fault])]);
  return singles;
};

/** All pairs of faults in one run that begin with this one. */
export const pairsInOneRun = async (enumeration: Enumeration, [first, { points }]: Single): Promise<void> => {
  for (const second of faultsIn(points[1], 1)) {
    if (follows(second, first)) await run(enumeration, [first, second]);
  }
};

/**
 * This fault and any other in the next day's run. A fault that leaves the secret in the same state as an earlier one
 * has no points there: its pairs are those of the earlier fault.
 */
export const pairsInTwoRuns = async (enumeration: Enumeration, [first, { points }]: Single): Promise<void> => {
  for (const second of faultsIn(points[2], 2)) await run(enumeration, [first, second]);
};

/** An order in which two executions take turns, run without faults. */
export type Schedule = readonly [Enumeration, Report];

/** Two executions of the same secret, with up to two switches between them. */
export const schedules = async (enumeration: Enumeration): Promise<readonly Schedule[]> => {
  const all: Schedule[] = [];
  const tryOut = async (switches: readonly number[]): Promise<number> => {
    const each = { ...enumeration, setting: { ...enumeration.setting, switches } };
    const report = await run(each, []);
    // Otherwise, the schedule equals one with fewer switches.
    if (report.switches === switches.length) all.push([each, report]);
    return report.acts;
  };
  const acts = await tryOut([]);
  for (let first = 0; first < acts; first += 1) {
    const last = await tryOut([first]);
    for (let second = first + 1; second < last; second += 1) await tryOut([first, second]);
  }
  return all;
};

/** One fault in a schedule of two executions. Leaves out the faults in `variants`. */
export const faultsInSchedule = async ([enumeration, { points }]: Schedule): Promise<void> => {
  for (const fault of faultsIn(points[1], 1)) {
    if (!variants.has(fault.kind)) await run(enumeration, [fault]);
  }
};

/** How many scenarios `faultsInSchedule` leaves out of a schedule. */
export const leftOutOf = ({ points }: Report): number =>
  faultsIn(points[1], 1).filter(({ kind }) => variants.has(kind)).length;
