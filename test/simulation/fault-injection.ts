import { checkDeadlineMilliseconds, refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import type { CloudCall } from '../../local/cloud/embedded-cloud';
import { MomentoStatus, status } from '../../local/cloud/momento/momento';
import { LostReply, ServiceError } from '../../local/cloud/wire/service';
import { StatesError } from '../../local/interpreter/states-error';
import type { FaultKind, operators } from './faults';
import type { Durations } from './tempo';
import type { Timeline } from './timeline';

/** What a spoilt call has to work with. */
export interface Spot {
  readonly call: CloudCall;
  readonly timeline: Timeline;
  readonly durations: Durations;
  readonly troubles: Troubles;
  /** Has the service act on the call, and its answer reach nobody but whoever waits for this. */
  effect(): Promise<unknown>;
  /** Step Functions hears nothing more of the invocation but this; its calls go on unless it is dead. */
  lose(error: StatesError, dies: boolean): void;
  /** The same call, when the time has come for it; frozen if the invocation is dead by then. */
  later(milliseconds: number): Promise<unknown>;
  abort(then: 'redrive' | 'startAnew'): void;
  /** The request is on its way, and nobody waits for it any more. */
  deliverLate(milliseconds: number): void;
}

/** What lasts for a while. Times in epoch milliseconds. */
export interface Troubles {
  readonly downUntil: Map<string, number>;
  readonly rejectedUntil: Map<string, number>;
  allRejectedUntil: number;
  /** Of Secrets Manager, while reads work. */
  writesDownUntil: number;
  stale: { readonly until: number; readonly writes: 1 | 2 };
  /** SNS went down for longer than a failed execution tries to tell. */
  alertsSilenced: boolean;
  /** Publishings that SNS acted on, or may yet, while nobody heard so. */
  alertsRepeated: number;
}

export const createTroubles = (): Troubles => ({
  downUntil: new Map(),
  rejectedUntil: new Map(),
  allRejectedUntil: 0,
  writesDownUntil: 0,
  stale: { until: 0, writes: 1 },
  alertsSilenced: false,
  alertsRepeated: 0,
});

/** What lasts for a while is over by the next day. */
export const endTroubles = (troubles: Troubles): void => {
  troubles.stale = { until: 0, writes: 1 };
  troubles.alertsSilenced = false;
  troubles.alertsRepeated = 0;
};

const never = (): Promise<never> => new Promise(() => {});

export const unavailable = ({ service }: CloudCall): Error => {
  if (service === 'momento') return new MomentoStatus(status.UNAVAILABLE, 'down');
  return new ServiceError(service === 'sns' ? 'InternalError' : 'InternalServiceError', 'down', 500);
};

const denied = ({ service }: CloudCall): Error =>
  service === 'sns'
    ? new ServiceError('AuthorizationError', 'denied', 403)
    : new ServiceError('AccessDeniedException', 'denied');

const killed = (): StatesError => new StatesError('Runtime.ExitError', '{"errorType":"Runtime.ExitError"}');
const unknown = (): StatesError => new StatesError('Lambda.SdkClientException', '');

/** Momento refuses, and not for the key's sake. */
const refuse = (code: number): MomentoStatus => new MomentoStatus(code, 'for no reason');

/** Nothing comes back: from Momento until the deadline of the call, from AWS until Lambda ends the function. */
const hang = async ({ call, timeline }: Spot): Promise<never> => {
  if (call.service !== 'momento') return never();
  await timeline.clock.sleep(call.action === 'refresh' ? refreshDeadlineMilliseconds : checkDeadlineMilliseconds);
  throw new MomentoStatus(status.DEADLINE_EXCEEDED, 'no answer');
};

/** The client of an AWS service waits for an answer, and tries by itself, before it gives up. Momento's says at once what it met. */
export const giveUp = async (
  { call, timeline, durations }: Pick<Spot, 'call' | 'timeline' | 'durations'>,
  error: Error,
): Promise<never> => {
  if (call.service !== 'momento' && durations.unanswered > 0) await timeline.clock.sleep(durations.unanswered);
  throw error;
};

const lateness = ({ call, durations }: Spot): number =>
  call.action === 'refresh' ? durations.lateRefresh : durations.late;

/** Kinds that spoil a call itself: an operator acts before it, and a state's boundary is none. */
type SpoilsCall = Exclude<FaultKind, (typeof operators)[number] | `stop${string}` | `timeOut${string}`>;

/** What becomes of a call, by the kind of fault. */
export const spoils: Readonly<Record<SpoilsCall, (spot: Spot) => Promise<unknown>>> = {
  error: (spot) => giveUp(spot, unavailable(spot.call)),
  denied: async ({ call }) => {
    throw call.service === 'momento' ? refuse(status.PERMISSION_DENIED) : denied(call);
  },
  down: async (spot) => {
    const { call, timeline, durations, troubles } = spot;
    troubles.downUntil.set(call.service, timeline.clock.now() + durations.minutes);
    return giveUp(spot, unavailable(call));
  },
  writesDown: async (spot) => {
    const { call, timeline, durations, troubles } = spot;
    troubles.writesDownUntil = timeline.clock.now() + durations.minutes;
    return giveUp(spot, unavailable(call));
  },
  throttled: async () => {
    throw refuse(status.RESOURCE_EXHAUSTED);
  },
  slow: ({ later, durations }) => later(durations.slow),
  crashBefore: async ({ lose }) => {
    lose(killed(), true);
    return never();
  },
  crashAfter: async ({ lose, effect }) => {
    await effect().catch(() => {});
    lose(killed(), true);
    return never();
  },
  timeoutBefore: (spot) => hang(spot),
  timeoutAfter: async (spot) => {
    await spot.effect().catch(() => {});
    return hang(spot);
  },
  lost: async (spot) => {
    await spot.effect();
    return giveUp(spot, new LostReply());
  },
  late: async (spot) => {
    spot.deliverLate(lateness(spot));
    return giveUp(spot, new LostReply());
  },
  duplicate: async ({ effect }) => {
    await effect();
    return effect();
  },
  duplicateUnseen: async ({ effect }) => {
    const reply = await effect();
    await effect().catch(() => {});
    return reply;
  },
  lateDuplicate: async (spot) => {
    const reply = await spot.effect();
    spot.deliverLate(lateness(spot));
    return reply;
  },
  ghost: ({ lose, effect }) => {
    lose(unknown(), false);
    return effect();
  },
  slowGhost: ({ lose, later, durations }) => {
    lose(unknown(), false);
    return later(durations.slow);
  },
  abortAndRedrive: ({ abort, effect }) => {
    abort('redrive');
    return effect();
  },
  abortAndStartAnew: ({ abort, effect }) => {
    abort('startAnew');
    return effect();
  },
  stale: ({ troubles, timeline, durations, effect }) => {
    troubles.stale = { until: timeline.clock.now() + durations.stale, writes: 1 };
    return effect();
  },
  staler: ({ troubles, timeline, durations, effect }) => {
    troubles.stale = { until: timeline.clock.now() + durations.stale, writes: 2 };
    return effect();
  },
  rejected: async () => {
    throw refuse(status.UNAUTHENTICATED);
  },
  rejectedForMinutes: async ({ call, timeline, durations, troubles }) => {
    troubles.rejectedUntil.set(call.apiKey ?? '', timeline.clock.now() + durations.minutes);
    throw refuse(status.UNAUTHENTICATED);
  },
  allRejectedForMinutes: ({ troubles, timeline, durations, effect }) => {
    troubles.allRejectedUntil = timeline.clock.now() + durations.minutes;
    return effect();
  },
};
