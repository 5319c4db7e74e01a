import type { CloudCall } from '../../local/cloud/embedded-cloud';

/** Where a fault can be injected: a call to a service, or the boundary of a state. */
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
/** The execution is aborted during the call, and the invocation continues. */
const aborts = ['abortAndRedrive', 'abortAndStartAnew'] as const;

/** An operator acts just before the call. */
export const operators = ['import', 'overwrite', 'stage', 'unpend'] as const;

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
 * Kinds that have the same effect on the secret and on Momento as another kind. They differ in its time, in the error,
 * or in who retries how often. Left out where two executions interleave and a fault is injected as well, because there
 * would be too many scenarios.
 */
export const variants: ReadonlySet<FaultKind> = new Set<FaultKind>([
  // Like `down`: the call has no effect.
  'error',
  'denied',
  'writesDown',
  'crashBefore',
  'timeoutBefore',
  // Like `crashAfter`: the call takes effect, and the answer is lost.
  'timeoutAfter',
  'lost',
  'duplicate',
  'duplicateUnseen',
  // Like `late`.
  'slow',
  'lateDuplicate',
  // Like `ghost`.
  'slowGhost',
  'abortAndRedrive',
  'abortAndStartAnew',
  // Like `stale`.
  'staler',
  // Like `rejectedForMinutes`.
  'rejected',
  'allRejectedForMinutes',
  // Like `stopAndRedrive`.
  'stopAndRedriveLater',
  'stopAndRedriveNextDay',
  'stopAndStartAnew',
  'timeOutAndRedrive',
  'timeOutAndRedriveLater',
  'timeOutAndStartAnew',
]);

/** After these, the caller does not know that the service has acted, and repeats the call. */
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

/** `point` counts the calls and the state boundaries of that run, from 0. */
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
