import { type Fault, type FaultKind, kindOf } from './faults';
import { type Timing, timings } from './timing';

export const momentoBehaviours = ['reusable', 'singleUse', 'singleUseOldKeyDies', 'reuseRevokesFamily'] as const;
export type MomentoBehaviour = (typeof momentoBehaviours)[number];

export const unlabelledVersions = ['kept', 'trimmedAfterADay', 'trimmedAtOnce'] as const;
export type UnlabelledVersions = (typeof unlabelledVersions)[number];

export const circumstances = [
  'ordinary',
  /** Keys may not list caches. */
  'dataOnlyKeys',
  /** The deployment skips validation. */
  'unvalidated',
  /** The secret has room for one more rotation today. */
  'nearlyFull',
  /** Refused moves of labels get the code InvalidRequestException: the code that AWS uses is not recorded. */
  'otherRefusal',
] as const;
export type Circumstance = (typeof circumstances)[number];

/** The conditions and faults of one simulation. The same scenario always runs in the same way. */
export interface Scenario {
  /** What happens to a refresh token after its use. */
  readonly momento: MomentoBehaviour;
  /** What happens to versions without a label. */
  readonly unlabelled: UnlabelledVersions;
  /** @default usual */
  readonly timing?: Timing;
  /** @default ordinary */
  readonly circumstance?: Circumstance;
  readonly faults: readonly Fault[];
  /** For two executions: the acts before which the turn passes to the other one. Missing: one execution. */
  readonly switches?: readonly number[];
}

/**
 * Whether the scenario asks for more than AWS promises. Momento's definite refusal frees the refresh lock at once, so
 * that the next claim follows within seconds. Another execution that meant to make the first of the two claims must find
 * its version id taken, and AWS keeps every version for a day
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html).
 */
export const exceedsPromise = ({ unlabelled, switches, faults }: Scenario): boolean =>
  unlabelled === 'trimmedAtOnce' && switches !== undefined && faults.some(({ kind }) => kind === 'throttled');

const textOf = ({ run, point, kind }: Fault): string => `${run}.${point}:${kind}`;

/** The format that `parseScenario` reads: `singleUse kept lasting 1.7:lost 2.3:down switches=4,9`. */
export const formatScenario = ({ momento, unlabelled, timing, circumstance, faults, switches }: Scenario): string =>
  [
    momento,
    unlabelled,
    ...(timing ? [timing] : []),
    ...(circumstance ? [circumstance] : []),
    ...faults.map(textOf),
    ...(switches ? [`switches=${switches.join(',')}`] : []),
  ].join(' ');

const parseFault = (text: string): Fault => {
  const [, run, point, word = ''] = /^([12])\.(\d+):(\w+)$/.exec(text) ?? [];
  const kind: FaultKind | undefined = kindOf(word);
  if (kind === undefined) throw new Error(`"${text}" is not a fault such as 1.7:lost.`);
  return { run: run === '1' ? 1 : 2, point: Number(point), kind };
};

const timingNames = Object.keys(timings) as Timing[];

/** @throws Error that names the wrong word */
export const parseScenario = (text: string): Scenario => {
  const [behaviour, kept, ...words] = text.trim().split(/\s+/);
  const momento = momentoBehaviours.find((each) => each === behaviour);
  const unlabelled = unlabelledVersions.find((each) => each === kept);
  if (momento === undefined) throw new Error(`"${behaviour}" is not one of ${momentoBehaviours.join(', ')}.`);
  if (unlabelled === undefined) throw new Error(`"${kept}" is not one of ${unlabelledVersions.join(', ')}.`);
  const take = (isTaken: (word: string) => boolean): string | undefined => {
    const index = words.findIndex(isTaken);
    return index < 0 ? undefined : words.splice(index, 1)[0];
  };
  const timing = timingNames.find((each) => each === take((word) => word === each));
  const circumstance = circumstances.find((each) => each === take((word) => word === each));
  const switches = take((word) => word.startsWith('switches='))?.slice('switches='.length);
  return {
    momento,
    unlabelled,
    ...(timing ? { timing } : {}),
    ...(circumstance ? { circumstance } : {}),
    faults: words.map(parseFault),
    ...(switches === undefined ? {} : { switches: switches.split(',').filter(Boolean).map(Number) }),
  };
};
