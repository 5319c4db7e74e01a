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

/** A share of what is enumerated: every `of`-th of it, from `share` on. */
interface Share {
  readonly part: keyof typeof parts;
  readonly setting: Setting;
  readonly share: number;
  readonly of: number;
}

/** What one process does at a time. */
export type Job = Share | ({ readonly part: 'random' } & RandomOptions);

const isMine = ({ share, of }: Share, index: number): boolean => index % of === share;

/** A part of the table: apart from the rest where the world is not the ordinary one. */
const named = (kind: string, { tempo, circumstance }: Setting): string =>
  tempo || circumstance ? `${kind}, other worlds` : kind;

/** What a process has found out in one kind of world, in whichever of its jobs. */
const knownIn = new Map<string, Enumeration['known']>();

const knownFor = ({ momento, tempo, circumstance }: Setting): Enumeration['known'] => {
  const world = [momento, tempo, circumstance].join();
  const known = knownIn.get(world) ?? nothingKnown();
  knownIn.set(world, known);
  return known;
};

const enumerationFor = ({ setting }: Share, counter: Counter, kind: string): Enumeration =>
  createEnumeration(setting, (scenario, report) => counter.count(named(kind, setting), scenario, report), {
    known: knownFor(setting),
  });

/**
 * What a job has to go through before it comes to its own share. Nothing is known before it: a state that is new has to show what
 * could be spoilt on the day after.
 */
const unseen = ({ setting }: Share): Enumeration => createEnumeration(setting, () => {}, { withTwins: false });

const goneThrough = new Map<string, Promise<unknown>>();

/** Gone through once in each process. */
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

/** How many shares the large parts have, so that processes end at about the same time. */
const shares = 8;

const shared = (part: Share['part'], setting: Setting, of = shares): Share[] =>
  Array.from({ length: of }, (_, share) => ({ part, setting, share, of }));

/** Worlds in which versions are kept: each scenario there is run in the others as well. */
const settings: readonly Setting[] = momentoBehaviours.map((momento) => ({ momento, unlabelled: 'kept' }));

/** The kind of world in which the least can be mended. */
const leastKind: Setting = { momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' };

/** The same faults while everything takes much more time. */
const lasting = (setting: Setting): Setting => ({ ...setting, tempo: 'lasting' });

/** And while it takes less, and with other keys, settings and secrets. */
const otherWorlds = (setting: Setting): Setting[] => [
  lasting(setting),
  { ...setting, tempo: 'brief' },
  { ...setting, circumstance: 'dataOnlyKeys' },
  { ...setting, circumstance: 'unvalidated' },
  // Where versions are trimmed at once, no secret is ever full.
  { ...setting, unlabelled: 'kept', circumstance: 'nearlyFull' },
];

const singles = (of: readonly Setting[]): Job[] => of.flatMap((setting) => shared('single', setting, 1));

/** What fits in a minute or two: every single fault, every interleaving without one, and every pair in the least kind of world. */
export const quickJobs = (): Job[] => [
  ...shared('pairsInOneRun', leastKind),
  ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
  ...singles([...settings, ...otherWorlds(leastKind)]),
];

/** Everything, the longest first. */
export const allJobs = (): Job[] => [
  ...settings.flatMap((setting) => shared('twoExecutionsWithFault', setting)),
  ...settings.flatMap((setting) => shared('pairsInOneRun', setting)),
  ...shared('pairsInOneRun', lasting(leastKind)),
  ...settings.flatMap((setting) => shared('pairsInTwoRuns', setting, 2)),
  ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
  ...singles([...settings, ...settings.flatMap(otherWorlds)]),
];
