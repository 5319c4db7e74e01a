import type { CloudCall } from '../../local/cloud/embedded-cloud';
import { status } from '../../local/cloud/momento/momento';
import type { StatesError } from '../../local/interpreter/states-error';
import { type Invocation, noteHeard, tokenOf } from './facts';
import { type FaultContext, faultEffects, giveUp, unavailable } from './fault-injection';
import { isByOperator, kindOfCall, unheard } from './faults';
import type { Plan, ScenarioRun } from './scenario-run';
import type { Send } from './simulated-cloud';
import type { Party } from './timeline';

/** The sender of calls: an invocation, or the state machine if there is none. */
export interface Sender {
  readonly party: Party;
  readonly invocation: Invocation | undefined;
  /** Step Functions receives this error as the end of the invocation. */
  lose(error: StatesError): void;
}

/** What happens to executions that are aborted during a call. */
export type AbortPlans = Readonly<Record<'redrive' | 'startAnew', Plan>>;

const never = <T>(): Promise<T> => new Promise(() => {});

/** Sends each call to its service, on its party's turn and with the scenario's faults. */
export const createSend = (scenarioRun: ScenarioRun, plans: AbortPlans, { party, invocation, lose }: Sender): Send => {
  const { world, check } = scenarioRun;
  const { timeline, facts, activeFaults } = world;
  const { clock } = timeline;

  const isGone = (): boolean => invocation !== undefined && (invocation.dead || clock.now() >= invocation.endsAt);

  const contextFor = (
    call: CloudCall,
    isFirstTry: boolean,
    effect: (isLate?: boolean) => Promise<unknown>,
  ): FaultContext => ({
    call,
    timeline,
    durations: world.durations,
    activeFaults,
    effect: () => effect(),
    lose: (error, dies) => {
      if (invocation && dies) invocation.dead = true;
      lose(error);
    },
    later: async (milliseconds) => {
      await clock.sleep(milliseconds);
      return isGone() ? never() : effect();
    },
    abort: (then) => scenarioRun.stop(party, plans[then]),
    deliverLate: (milliseconds) => {
      const counts = isFirstTry && call.action === 'refresh';
      if (counts) world.note(() => (facts.underWay += 1));
      timeline.at(clock.now() + milliseconds, () => {
        if (counts) facts.underWay -= 1;
        scenarioRun.trace(`  (late) ${call.action}`);
        effect(true).then(check, check);
      });
    },
  });

  /**
   * Records the answer to a test of a token. "Works" proves the token. "Forbidden" does so too, until the same
   * invocation learns that another token has the permission.
   */
  const noteAnswer = ({ action, apiKey = '' }: CloudCall, error?: unknown): void => {
    const token = action === 'listCaches' ? tokenOf(facts, apiKey) : undefined;
    if (token === undefined || invocation === undefined) return;
    const { execution, doubtful } = invocation;
    const now = clock.now();
    const { code } = (error ?? {}) as { readonly code?: unknown };
    const isForbidden = code === status.PERMISSION_DENIED;
    if (error !== undefined && !isForbidden) {
      if (code === status.UNAUTHENTICATED) noteHeard(token, execution, now, 'rejected');
      return;
    }
    noteHeard(token, execution, now, 'works');
    const isOlder = doubtful !== undefined && doubtful.token !== token && doubtful.token.workedAt === doubtful.heardAt;
    if (!isForbidden && isOlder) {
      doubtful.token.workedAt = doubtful.workedAt;
      noteHeard(doubtful.token, execution, now, 'rejected');
    }
    if (isForbidden) invocation.doubtful ??= { token, heardAt: now, workedAt: token.workedAt };
    token.workedAt = now;
  };

  const act = async <T>(call: CloudCall, proceed: () => Promise<T>): Promise<T> => {
    const kind = kindOfCall(call);
    const faults = scenarioRun.faultsAt(kind);
    scenarioRun.noteCall(call, faults);
    for (const each of faults) if (isByOperator(each)) world.operate(each);
    const fault = faults.find((each) => !isByOperator(each));
    if (kind === 'publish' && fault === 'down') activeFaults.alertsSilenced = true;
    if (kind === 'publish' && fault !== undefined && unheard.has(fault)) activeFaults.alertsRepeated += 1;
    if (kind === 'refresh' && invocation) {
      if (invocation.hasAsked) world.note(() => facts.givenUp.push('one invocation asked Momento twice'));
      invocation.hasAsked = true;
      if (fault !== undefined && /duplicate/i.test(fault)) facts.duplicated = true;
      world.note(() => facts.refreshing.add(invocation));
    }
    check();
    const effect = (isLate = false) => world.onBehalfOf(invocation, proceed, isLate);
    if (fault !== undefined) {
      const inject = faultEffects[fault as keyof typeof faultEffects];
      return (await inject(contextFor(call, fault === 'late', effect))) as T;
    }
    const until = Math.max(
      activeFaults.downUntil.get(call.service) ?? 0,
      kind === 'write' ? activeFaults.writesDownUntil : 0,
    );
    if (until > clock.now()) {
      scenarioRun.noteOutage(call);
      return giveUp({ call, timeline, durations: world.durations }, unavailable(call));
    }
    return effect();
  };

  return (call, proceed) =>
    new Promise((resolve, reject) => {
      timeline.act(party, () => {
        if (isGone()) return;
        timeline.pass(1);
        if (invocation) facts.calls.set(invocation.execution, (facts.calls.get(invocation.execution) ?? 0) + 1);
        act(call, proceed).then(
          (reply) => {
            if (isGone()) return;
            noteAnswer(call);
            check();
            resolve(reply);
          },
          (error: unknown) => {
            if (isGone()) return;
            noteAnswer(call, error);
            if (call.action === 'refresh' && invocation) world.note(() => facts.refreshing.delete(invocation));
            check();
            reject(error);
          },
        );
      });
    });
};
