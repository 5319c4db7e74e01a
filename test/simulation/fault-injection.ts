import { checkDeadlineMilliseconds, refreshDeadlineMilliseconds } from '../../functions/adapters/momento';
import type { CloudCall } from '../../local/cloud/embedded-cloud';
import { MomentoStatus, status } from '../../local/cloud/momento/momento';
import { LostReply, ServiceError } from '../../local/cloud/wire/service';
import { StatesError } from '../../local/interpreter/states-error';
import type { FaultKind, operators } from './faults';
import type { Timeline } from './timeline';
import type { Durations } from './timing';

/** The environment of a call into which a fault is injected. */
export interface FaultContext {
  readonly call: CloudCall;
  readonly timeline: Timeline;
  readonly durations: Durations;
  readonly activeFaults: ActiveFaults;
  /** Lets the service act on the call. Only the returned promise receives the answer. */
  effect(): Promise<unknown>;
  /** Step Functions receives this error as the end of the invocation. Its calls continue unless it dies. */
  lose(error: StatesError, dies: boolean): void;
  /** Delays the call. It never settles if the invocation has ended by then. */
  later(milliseconds: number): Promise<unknown>;
  abort(then: 'redrive' | 'startAnew'): void;
  /** The request takes effect later, after its caller has given up. */
  deliverLate(milliseconds: number): void;
}

/** Faults that last for a while. Times in epoch milliseconds. */
export interface ActiveFaults {
  readonly downUntil: Map<string, number>;
  readonly rejectedUntil: Map<string, number>;
  allRejectedUntil: number;
  /** Secrets Manager refuses writes, while reads work. */
  writesDownUntil: number;
  stale: { readonly until: number; readonly writes: 1 | 2 };
  /** SNS was down for longer than a failed execution tries to send its alert. */
  alertsSilenced: boolean;
  /** Messages that SNS published, or may still publish, although the sender received no answer. */
  alertsRepeated: number;
}

export const createActiveFaults = (): ActiveFaults => ({
  downUntil: new Map(),
  rejectedUntil: new Map(),
  allRejectedUntil: 0,
  writesDownUntil: 0,
  stale: { until: 0, writes: 1 },
  alertsSilenced: false,
  alertsRepeated: 0,
});

/** Ends the faults that must not last until the next day. */
export const endActiveFaults = (activeFaults: ActiveFaults): void => {
  activeFaults.stale = { until: 0, writes: 1 };
  activeFaults.alertsSilenced = false;
  activeFaults.alertsRepeated = 0;
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

/** Momento refuses although the key is valid. */
const refuse = (code: number): MomentoStatus => new MomentoStatus(code, 'for no reason');

/** No answer: from Momento until the deadline of the call, from AWS until Lambda ends the function. */
const hang = async ({ call, timeline }: FaultContext): Promise<never> => {
  if (call.service !== 'momento') return never();
  await timeline.clock.sleep(call.action === 'refresh' ? refreshDeadlineMilliseconds : checkDeadlineMilliseconds);
  throw new MomentoStatus(status.DEADLINE_EXCEEDED, 'no answer');
};

/** An AWS client waits and retries before it gives up. The Momento client fails at once. */
export const giveUp = async (
  { call, timeline, durations }: Pick<FaultContext, 'call' | 'timeline' | 'durations'>,
  error: Error,
): Promise<never> => {
  if (call.service !== 'momento' && durations.unanswered > 0) await timeline.clock.sleep(durations.unanswered);
  throw error;
};

const lateness = ({ call, durations }: FaultContext): number =>
  call.action === 'refresh' ? durations.lateRefresh : durations.late;

/** Kinds that affect a call. Excludes operators, who act before the call, and faults at the boundary of a state. */
type CallFault = Exclude<FaultKind, (typeof operators)[number] | `stop${string}` | `timeOut${string}`>;

/** The effect of each kind of fault on a call. */
export const faultEffects: Readonly<Record<CallFault, (context: FaultContext) => Promise<unknown>>> = {
  error: (context) => giveUp(context, unavailable(context.call)),
  denied: async ({ call }) => {
    throw call.service === 'momento' ? refuse(status.PERMISSION_DENIED) : denied(call);
  },
  down: async (context) => {
    const { call, timeline, durations, activeFaults } = context;
    activeFaults.downUntil.set(call.service, timeline.clock.now() + durations.minutes);
    return giveUp(context, unavailable(call));
  },
  writesDown: async (context) => {
    const { call, timeline, durations, activeFaults } = context;
    activeFaults.writesDownUntil = timeline.clock.now() + durations.minutes;
    return giveUp(context, unavailable(call));
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
  timeoutBefore: (context) => hang(context),
  timeoutAfter: async (context) => {
    await context.effect().catch(() => {});
    return hang(context);
  },
  lost: async (context) => {
    await context.effect();
    return giveUp(context, new LostReply());
  },
  late: async (context) => {
    context.deliverLate(lateness(context));
    return giveUp(context, new LostReply());
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
  lateDuplicate: async (context) => {
    const reply = await context.effect();
    context.deliverLate(lateness(context));
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
  stale: ({ activeFaults, timeline, durations, effect }) => {
    activeFaults.stale = { until: timeline.clock.now() + durations.stale, writes: 1 };
    return effect();
  },
  staler: ({ activeFaults, timeline, durations, effect }) => {
    activeFaults.stale = { until: timeline.clock.now() + durations.stale, writes: 2 };
    return effect();
  },
  rejected: async () => {
    throw refuse(status.UNAUTHENTICATED);
  },
  rejectedForMinutes: async ({ call, timeline, durations, activeFaults }) => {
    activeFaults.rejectedUntil.set(call.apiKey ?? '', timeline.clock.now() + durations.minutes);
    throw refuse(status.UNAUTHENTICATED);
  },
  allRejectedForMinutes: ({ activeFaults, timeline, durations, effect }) => {
    activeFaults.allRejectedUntil = timeline.clock.now() + durations.minutes;
    return effect();
  },
};
