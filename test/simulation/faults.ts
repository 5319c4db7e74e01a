import type { CloudCall } from '../../local/cloud/embedded-cloud';

/** What can be spoilt: a call to a service, or the moment in which a state is entered. */
export type PointKind = 'read' | 'write' | 'refresh' | 'check' | 'publish' | 'state';

export const kindOfCall = ({ service, action }: CloudCall): PointKind => {
  if (service === 'sns') return 'publish';
  if (service === 'momento') return action === 'refresh' ? 'refresh' : 'check';
  return action === 'PutSecretValue' || action === 'UpdateSecretVersionStage' ? 'write' : 'read';
};

const outages = ['error', 'denied', 'down', 'slow'] as const;
const deaths = ['crashBefore', 'timeoutBefore'] as const;
const deathsAfter = ['crashAfter', 'timeoutAfter'] as const;
const effects = ['lost', 'late', 'duplicate', 'duplicateUnseen', 'lateDuplicate'] as const;
const ghosts = ['ghost', 'slowGhost'] as const;
/** The execution is aborted while the call is under way, and the invocation lives on. */
const aborts = ['abortAndRedrive', 'abortAndStartAnew'] as const;

/** An operator's hand, just before the call. */
export const operators = ['import', 'stage', 'unpend'] as const;

const all = {
  read: [...outages, ...deaths, ...ghosts, ...aborts, ...operators, 'stale', 'staler'],
  write: [...outages, 'writesDown', ...deaths, ...deathsAfter, ...effects, ...ghosts, ...aborts, ...operators],
  refresh: [
    ...outages,
    ...deaths,
    ...deathsAfter,
    ...effects,
    ...ghosts,
    ...aborts,
    ...operators,
    'throttled',
    'rejected',
    'rejectedForMinutes',
  ],
  check: [
    ...outages,
    ...deaths,
    ...ghosts,
    ...aborts,
    ...operators,
    'rejected',
    'rejectedForMinutes',
    'allRejectedForMinutes',
  ],
  publish: [...outages, ...deaths, ...deathsAfter, ...effects, ...ghosts, ...operators],
  state: [
    'stopAndRedrive',
    'stopAndRedriveLater',
    'stopAndRedriveNextDay',
    'stopAndStartAnew',
    'timeOutAndRedrive',
    'timeOutAndRedriveLater',
    'timeOutAndStartAnew',
  ],
} as const;

export type FaultKind = (typeof all)[PointKind][number];

/** Everything that can go wrong at such a point. */
export const faultKindsAt = (kind: PointKind): readonly FaultKind[] => all[kind];

export const isByOperator = (kind: FaultKind): kind is (typeof operators)[number] =>
  (operators as readonly string[]).includes(kind);

/**
 * Kinds that do the same to the secret and to Momento as another one, and differ in when that happens, how it is called or how
 * often and by whom it is tried again. Left out where two executions interleave and something fails besides, for there is no end to
 * it otherwise.
 */
export const variants: ReadonlySet<FaultKind> = new Set<FaultKind>([
  // Of `down`: nothing happens.
  'error',
  'denied',
  'throttled',
  'writesDown',
  'crashBefore',
  'timeoutBefore',
  // Of `crashAfter`: it happens, and nobody hears of it.
  'timeoutAfter',
  'lost',
  'duplicate',
  'duplicateUnseen',
  // Of `late`.
  'slow',
  'lateDuplicate',
  // Of `ghost`.
  'slowGhost',
  'abortAndRedrive',
  'abortAndStartAnew',
  // Of `stale`.
  'staler',
  // Of `rejectedForMinutes`.
  'rejected',
  'allRejectedForMinutes',
  // Of `stopAndRedrive`.
  'stopAndRedriveLater',
  'stopAndRedriveNextDay',
  'stopAndStartAnew',
  'timeOutAndRedrive',
  'timeOutAndRedriveLater',
  'timeOutAndStartAnew',
]);

/** After these the caller does not know that the service has acted, and asks again. */
export const unheard: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'crashAfter',
  'timeoutAfter',
  'lost',
  'late',
  'duplicate',
  'duplicateUnseen',
  'lateDuplicate',
  'ghost',
  'slowGhost',
  'slow',
]);

/** `point` counts the calls and the states that are entered in that run, from 0. */
export interface Fault {
  /** 1: today's run; 2: the next day's. */
  readonly run: 1 | 2;
  readonly point: number;
  readonly kind: FaultKind;
}

export const kindOf = (text: string): FaultKind | undefined =>
  Object.values(all)
    .flat()
    .find((kind) => kind === text);
