import { type Fault, type FaultKind, kindOf } from './faults';
import { type Tempo, tempos } from './tempo';

export const momentoBehaviours = ['reusable', 'singleUse', 'singleUseOldKeyDies', 'reuseRevokesFamily'] as const;
export type MomentoBehaviour = (typeof momentoBehaviours)[number];

export const unlabelledVersions = ['kept', 'trimmedAfterADay', 'trimmedAtOnce'] as const;
export type UnlabelledVersions = (typeof unlabelledVersions)[number];

/** `dataOnlyKeys` may not list caches; without validation nothing is tested; a secret that is nearly full has room for one more rotation today. */
export const circumstances = ['ordinary', 'dataOnlyKeys', 'unvalidated', 'nearlyFull'] as const;
export type Circumstance = (typeof circumstances)[number];

/** One history of the world, written down: the same scenario always runs the same way. */
export interface Scenario {
  /** What becomes of a refresh token that was used. */
  readonly momento: MomentoBehaviour;
  /** What becomes of versions without a label. */
  readonly unlabelled: UnlabelledVersions;
  /** @default usual */
  readonly tempo?: Tempo;
  /** @default ordinary */
  readonly circumstance?: Circumstance;
  readonly faults: readonly Fault[];
  /** Two executions: before which acts the turn goes to the other one. Missing: one execution. */
  readonly switches?: readonly number[];
}

const textOf = ({ run, point, kind }: Fault): string => `${run}.${point}:${kind}`;

/** As it is printed, and read by `parseScenario`: `singleUse kept lasting 1.7:lost 2.3:down switches=4,9`. */
export const formatScenario = ({ momento, unlabelled, tempo, circumstance, faults, switches }: Scenario): string =>
  [
    momento,
    unlabelled,
    ...(tempo ? [tempo] : []),
    ...(circumstance ? [circumstance] : []),
    ...faults.map(textOf),
    ...(switches ? [`switches=${switches.join(',')}`] : []),
  ].join(' ');

const parseFault = (text: string): Fault => {
  const [, run, point, word = ''] = /^([12])\.(\d+):(\w+)$/.exec(text) ?? [];
  const kind: FaultKind | undefined = kindOf(word);
  if (kind === undefined) throw new Error(`"${text}" is no fault, such as 1.7:lost.`);
  return { run: run === '1' ? 1 : 2, point: Number(point), kind };
};

const tempoNames = Object.keys(tempos) as Tempo[];

/** @throws Error that says which word is wrong */
export const parseScenario = (text: string): Scenario => {
  const [behaviour, kept, ...words] = text.trim().split(/\s+/);
  const momento = momentoBehaviours.find((each) => each === behaviour);
  const unlabelled = unlabelledVersions.find((each) => each === kept);
  if (momento === undefined) throw new Error(`"${behaviour}" is none of ${momentoBehaviours.join(', ')}.`);
  if (unlabelled === undefined) throw new Error(`"${kept}" is none of ${unlabelledVersions.join(', ')}.`);
  const take = (isTaken: (word: string) => boolean): string | undefined => {
    const index = words.findIndex(isTaken);
    return index < 0 ? undefined : words.splice(index, 1)[0];
  };
  const tempo = tempoNames.find((each) => each === take((word) => word === each));
  const circumstance = circumstances.find((each) => each === take((word) => word === each));
  const switches = take((word) => word.startsWith('switches='))?.slice('switches='.length);
  return {
    momento,
    unlabelled,
    ...(tempo ? { tempo } : {}),
    ...(circumstance ? { circumstance } : {}),
    faults: words.map(parseFault),
    ...(switches === undefined ? {} : { switches: switches.split(',').filter(Boolean).map(Number) }),
  };
};
