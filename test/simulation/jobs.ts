import {
  type Enumeration,
  faultsInSchedule,
  leftOutOf,
  pairsInOneRun,
  pairsInTwoRuns,
  type Setting,
  schedules,
  singleFaults,
} from './enumeration';
import { momentoBehaviours, type Scenario, unlabelledVersions } from './scenario';
import { type Report, simulate } from './simulate';
import { type Counter, createCounter, type Tally } from './tally';

/** A share of the work that is done by one process at a time: every `of`-th of it, from `share` on. */
export interface Job {
  readonly part: keyof typeof parts;
  readonly setting: Setting;
  readonly share: number;
  readonly of: number;
}

const isMine = ({ share, of }: Job, index: number): boolean => index % of === share;

const without = (state: string, unlabelled: RegExp): string => state.replace(unlabelled, '');

/**
 * Within one run nothing grows a day old, so versions that are trimmed after a day make no difference to it. What follows is run
 * for every state that the run leaves behind.
 */
const trimmedAfterADay = (counter: Counter, kind: string) => {
  const known = new Map<string, readonly string[]>();
  return async (scenario: Scenario, report: Report): Promise<void> => {
    const state = without(report.state, /^.* $\n?/gm);
    const twin: Scenario = { ...scenario, unlabelled: 'trimmedAfterADay' };
    if (report.unrecoverable === undefined && known.has(state)) {
      counter.count(kind, twin, report);
      return;
    }
    const own = await simulate(twin, { known: new Map() });
    known.set(state, own.violations);
    counter.count(kind, twin, own);
  };
};

const parts = {
  async single(job: Job, counter: Counter): Promise<void> {
    await singleFaults(enumerationFor(job, counter, 'one fault'));
  },
  async pairsInOneRun(job: Job, counter: Counter): Promise<void> {
    const silent = enumerationFor(job, createCounter(), '');
    const singles = await singleFaults(silent);
    const kind = 'two faults in one run';
    const enumeration = enumerationFor(job, counter, kind);
    const twins = job.setting.unlabelled === 'kept' ? trimmedAfterADay(counter, kind) : undefined;
    const seen: [Scenario, Report][] = [];
    const tell: Enumeration['tell'] = (scenario, report) => {
      enumeration.tell(scenario, report);
      if (twins) seen.push([scenario, report]);
    };
    for (const [index, single] of singles.entries()) {
      if (!isMine(job, index)) continue;
      await pairsInOneRun({ ...enumeration, tell }, single);
      for (const [scenario, report] of seen.splice(0)) await twins?.(scenario, report);
    }
  },
  async pairsInTwoRuns(job: Job, counter: Counter): Promise<void> {
    const singles = await singleFaults(enumerationFor(job, createCounter(), ''));
    const enumeration = enumerationFor(job, counter, 'two faults in two runs');
    for (const [index, single] of singles.entries()) {
      if (isMine(job, index)) await pairsInTwoRuns(enumeration, single);
    }
  },
  async twoExecutions(job: Job, counter: Counter): Promise<void> {
    await schedules(enumerationFor(job, counter, 'two executions'));
  },
  async twoExecutionsWithFault(job: Job, counter: Counter): Promise<void> {
    const kind = 'two executions, one fault';
    const { tell } = enumerationFor(job, counter, kind);
    const all = await schedules(enumerationFor(job, createCounter(), ''));
    for (const [index, [enumeration, report]] of all.entries()) {
      if (!isMine(job, index)) continue;
      counter.leaveOut(leftOutOf(report));
      await faultsInSchedule([{ ...enumeration, tell }, report]);
    }
  },
} as const;

const enumerationFor = ({ setting }: Job, counter: Counter, kind: string): Enumeration => ({
  setting,
  known: new Map(),
  tell: (scenario, report) => counter.count(kind, scenario, report),
});

export const runJob = async (job: Job): Promise<Tally> => {
  const counter = createCounter();
  await parts[job.part](job, counter);
  return counter.tally();
};

/** How many shares the large parts have, so that processes end at about the same time. */
const shares = 8;

const shared = (part: Job['part'], setting: Setting, of = shares): Job[] =>
  Array.from({ length: of }, (_, share) => ({ part, setting, share, of }));

const settings: readonly Setting[] = momentoBehaviours.flatMap((momento) =>
  unlabelledVersions.map((unlabelled) => ({ momento, unlabelled })),
);

/** What fits in a minute: every single fault, every interleaving without one, and every pair in the least kind of world. */
export const quickJobs = (): Job[] => [
  ...shared('pairsInOneRun', { momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' }),
  ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
  ...settings.flatMap((setting) => shared('single', setting, 1)),
];

/** Everything, the longest first. */
export const allJobs = (): Job[] => {
  const inOneRun = settings.filter(({ unlabelled }) => unlabelled !== 'trimmedAfterADay');
  // What is gone at once is gone in the least kind of world; what stays longer was looked at with one execution.
  const harshest = settings.filter(({ unlabelled }) => unlabelled === 'trimmedAtOnce');
  return [
    ...inOneRun.flatMap((setting) => shared('pairsInOneRun', setting)),
    ...harshest.flatMap((setting) => shared('twoExecutionsWithFault', setting)),
    ...settings.flatMap((setting) => shared('pairsInTwoRuns', setting, 1)),
    ...settings.flatMap((setting) => shared('twoExecutions', setting, 1)),
    ...settings.flatMap((setting) => shared('single', setting, 1)),
  ];
};
