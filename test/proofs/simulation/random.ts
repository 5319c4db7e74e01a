import fc from 'fast-check';
import { type Fault, faultKindsAt } from '../../simulation/faults';
import {
  circumstances,
  exceedsPromise,
  formatScenario,
  momentoBehaviours,
  type Scenario,
  unlabelledVersions,
} from '../../simulation/scenario';
import { type Report, simulate } from '../../simulation/simulate';
import { type Timing, timings } from '../../simulation/timing';

/** A fault before the points of the scenario are known: fractions of what will be found. */
interface Draw {
  readonly run: 1 | 2;
  readonly point: number;
  readonly kind: number;
}

const pick = <T>(from: readonly T[], fraction: number): T | undefined => from[Math.floor(fraction * from.length)];

/** Without fast-check's bias to small numbers, which would favour the first points and a few kinds. */
const fraction = fc.noBias(fc.nat(9_999)).map((value) => value / 10_000);

/** The fault that a draw selects, after the effects of the earlier faults. */
const faultFor = (
  { run, point: where, kind }: Draw,
  { points }: Report,
  earlier: readonly Fault[],
): Fault | undefined => {
  const first = Math.max(0, ...earlier.filter((fault) => fault.run === run).map(({ point }) => point + 1));
  const left = points[run].slice(first);
  const index = Math.floor(where * left.length);
  const at = left[index];
  const chosen = at === undefined ? undefined : pick(faultKindsAt(at), kind);
  return chosen === undefined ? undefined : { run, point: first + index, kind: chosen };
};

interface Drawn {
  readonly world: Pick<Scenario, 'momento' | 'unlabelled' | 'timing' | 'circumstance'>;
  readonly switches: readonly number[] | undefined;
  readonly draws: readonly Draw[];
}

/** Runs a scenario that grows by one fault at a time, each at a point that the earlier faults lead to. */
const grow = async ({ world, switches, draws }: Drawn): Promise<readonly [Scenario, Report]> => {
  let scenario: Scenario = { ...world, faults: [], ...(switches ? { switches } : {}) };
  let report = await simulate(scenario);
  for (const draw of [...draws].sort((one, other) => one.run - other.run)) {
    const fault = faultFor(draw, report, scenario.faults);
    if (fault === undefined) continue;
    const next = { ...scenario, faults: [...scenario.faults, fault] };
    if (exceedsPromise(next)) continue;
    scenario = next;
    report = await simulate(scenario);
  }
  return [scenario, report];
};

const drawn: fc.Arbitrary<Drawn> = fc.record({
  world: fc.record({
    momento: fc.constantFrom(...momentoBehaviours),
    unlabelled: fc.constantFrom(...unlabelledVersions),
    timing: fc.constantFrom(...(Object.keys(timings) as Timing[])),
    circumstance: fc.constantFrom(...circumstances.filter((each) => each !== 'nearlyFull')),
  }),
  switches: fc.option(fc.uniqueArray(fc.nat(40), { maxLength: 4 }), { nil: undefined }),
  draws: fc.array(fc.record({ run: fc.constantFrom(1 as const, 2 as const), point: fraction, kind: fraction }), {
    minLength: 3,
    maxLength: 4,
  }),
});

export interface RandomOptions {
  readonly seed: number;
  readonly runs: number;
  /** The path to a violation that was found before, as fast-check prints it. */
  readonly path?: string;
}

/**
 * Three and four faults in any schedule, drawn at random. The same seed gives the same scenarios.
 * @returns the shortest scenario that violates an invariant, if there is one
 */
export const searchAtRandom = async (
  { seed, runs, path }: RandomOptions,
  tell: (scenario: Scenario, report: Report) => void,
): Promise<{ readonly scenario: string; readonly path: string } | undefined> => {
  let last: Scenario | undefined;
  const property = fc.asyncProperty(drawn, async (each) => {
    const [scenario, report] = await grow(each);
    tell(scenario, report);
    if (report.violations.length > 0) last = scenario;
    return report.violations.length === 0;
  });
  const { failed, counterexamplePath } = await fc.check(property, {
    seed,
    numRuns: runs,
    ...(path === undefined ? {} : { path }),
  });
  return failed && last ? { scenario: formatScenario(last), path: counterexamplePath ?? '' } : undefined;
};
