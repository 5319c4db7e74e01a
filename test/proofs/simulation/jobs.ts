import {
  createEnumeration,
  type Enumeration,
  faultsInSchedule,
  leftOutOf,
  nothingKnown,
  pairsInOneRun,
  pairsInTwoRuns,
  type Setting,
  schedules,
  singleFaults,
} from '../../simulation/enumeration';
import { momentoBehaviours, unlabelledVersions } from '../../simulation/scenario';
import { type RandomOptions, searchAtRandom } from './random';
import { type Counter, createCounter, type Tally } from './tally';

/** A share of an enumeration: every `of`-th item, starting with `share`. */
interface Share {
  readonly part: keyof typeof parts;
  readonly setting: Setting;
  readonly share: number;
  readonly of: number;
}

/** A unit of work for one process. */
export type Job = Share | ({ readonly part: 'random' } & RandomOptions);

const isMine = ({ share, of }: Share, index: number): boolean => index % of === share;

/** The row of the table. Scenarios under other than ordinary conditions have a row of their own. */
const named = (kind: string, { timing, circumstance }: Setting): string =>
  timing || circumstance ? `${kind}, other worlds` : kind;

/** The outcomes that this process already knows, by conditions, from all its jobs. */
const knownIn = new Map<string, Enumeration['known']>();

const knownFor = ({ momento, timing, circumstance }: Setting): Enumeration['known'] => {
  const world = [momento, timing, circumstance].join();
  const known = knownIn.get(world) ?? nothingKnown();
  knownIn.set(world, known);
  return known;
};

const enumerationFor = ({ setting }: Share, counter: Counter, kind: string): Enumeration =>
  createEnumeration(setting, (scenario, report) => counter.count(named(kind, setting), scenario, report), {
    known: knownFor(setting),
  });

/**
 * Scenarios that a job runs before its own share. It starts without known outcomes, because a new state must show where
 * faults can be injected on the next day.
 */
const unseen = ({ setting }: Share): Enumeration => createEnumeration(setting, () => {}, { withTwins: false });

const goneThrough = new Map<string, Promise<unknown>>();

/** Runs `goThrough` once in each process. */
const once = <T>(what: string, { setting }: Share, goThrough: () => Promise<T>): Promise<T> => {
  const key = `${what} ${JSON.stringify(setting)}`;
  const before = goneThrough.get(key) as Promise<T> | undefined;
  const result = before ?? goThrough();
  goneThrough.set(key, result);
  return result;
};

const singlesFor = (job: Share) => once('singles', job, () => singleFaults(unseen(job)));
const schedulesFor = (job: Share) => once('schedules', job, () => schedules(unseen(job)));

const parts = {
  async single(job: Share, counter: Counter): Promise<void> {
    await singleFaults(enumerationFor(job, counter, 'one fault'));
  },
  async pairsInOneRun(job: Share, counter: Counter): Promise<void> {
    const enumeration = enumerationFor(job, counter, 'two faults in one run');
    for (const [index, single] of (await singlesFor(job)).entries()) {
      if (isMine(job, index)) await pairsInOneRun(enumeration, single);
    }
  },
  async pairsInTwoRuns(job: Share, counter: Counter): Promise<void> {
    const enumeration = enumerationFor(job, counter, 'two faults in two runs');
    for (const [index, single] of (await singlesFor(job)).entries()) {
      if (isMine(job, index)) await pairsInTwoRuns(enumeration, single);
    }
  },
  async twoExecutions(job: Share, counter: Counter): Promise<void> {
    await schedules(enumerationFor(job, counter, 'two executions'));
  },
  async twoExecutionsWithFault(job: Share, counter: Counter): Promise<void> {
    const enumeration = enumerationFor(job, counter, 'two executions, one fault');
    for (const [index, [{ setting }, report]] of (await schedulesFor(job)).entries()) {
      if (!isMine(job, index)) continue;
      counter.leaveOut(unlabelledVersions.length * leftOutOf(report));
      await faultsInSchedule([{ ...enumeration, setting }, report]);
    }
  },
} as const;

const search = async (options: RandomOptions, counter: Counter): Promise<void> => {
  const { seed, runs } = options;
  const found = await searchAtRandom(options, (scenario, report) =>
    counter.count('three or four faults at random', scenario, report),
  );
  counter.note(`At random: ${runs} scenarios from seed ${seed}. Again: --random-only --runs ${runs} --seed ${seed}`);
  if (found) counter.note(`The shortest violation: "${found.scenario}". Again: --scenario, or --path ${found.path}`);
};

export const runJob = async (job: Job): Promise<Tally> => {
  const counter = createCounter();
  await (job.part === 'random' ? search(job, counter) : parts[job.part](job, counter));
  return counter.tally();
};

/** The number of shares of a large part, so that processes end at about the same time. */
const shares = 8;

const shared = (part: Share['part'], setting: Setting, of = shares): Share[] =>
  Array.from({ length: of }, (_, share) => ({ part, setting, share, of }));

/** Conditions in which versions are kept. Each scenario is then repeated with trimmed versions. */
const settings: readonly Setting[] = momentoBehaviours.map((momento) => ({ momento, unlabelled: 'kept' }));

/** The conditions under which the fewest faults can be recovered. */
const leastKind: Setting = { momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' };

/** The same faults with much longer durations. */
const lasting = (setting: Setting): Setting => ({ ...setting, timing: 'lasting' });

/** Longer and shorter durations, and other keys, settings and secrets. */
const otherWorlds = (setting: Setting): Setting[] => [
  lasting(setting),
  { ...setting, timing: 'brief' },
  { ...setting, circumstance: 'dataOnlyKeys' },
  { ...setting, circumstance: 'unvalidated' },
  { ...setting, circumstance: 'otherRefusal' },
  // If versions are trimmed at once, a secret is never full.
  { ...setting, unlabelled: 'kept', circumstance: 'nearlyFull' },
];

const singles = (of: readonly Setting[]): Job[] => of.flatMap((setting) => shared('single', setting, 1));

/**
 * Two minutes: every single fault, every interleaving without one, and every pair under the strictest conditions, with
 * both codes under which AWS may refuse to move a label.
 */
export const quickJobs = (): Job[] => [
  ...shared('pairsInOneRun', leastKind),
  ...shared('pairsInOneRun', { ...leastKind, circumstance: 'otherRefusal' }),
  ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
  ...singles([...settings, ...otherWorlds(leastKind)]),
];

/** All jobs, the longest first. */
export const allJobs = (): Job[] => [
  ...settings.flatMap((setting) => shared('twoExecutionsWithFault', setting)),
  ...settings.flatMap((setting) => shared('pairsInOneRun', setting)),
  ...shared('pairsInOneRun', lasting(leastKind)),
  ...shared('pairsInOneRun', { ...leastKind, circumstance: 'otherRefusal' }),
  ...settings.flatMap((setting) => shared('pairsInTwoRuns', setting, 2)),
  ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
  ...singles([...settings, ...settings.flatMap(otherWorlds)]),
];
