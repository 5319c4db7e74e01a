import type { Clock } from '../../functions/contract/ports';
import { settled, virtualClock } from '../../local/virtual-time';

interface Event {
  readonly at: number;
  readonly fire: () => void;
}

/** An execution with all its invocations. Parties take turns. */
export type Party = 'A' | 'B';

/** Simulated time, and the order of all events in it. */
export interface Timeline {
  /** The clock of the simulated code. It stands still unless `run` or `pass` moves it. */
  readonly clock: Clock;
  /** Runs `fire` at a time in epoch milliseconds. @returns a function that cancels it */
  at(time: number, fire: () => void): () => void;
  /** Queues an act of a party. On each of its turns, a party performs one act. */
  act(party: Party, act: () => void): void;
  /** Advances the clock: acts take time, and an outage of Step Functions may take hours. */
  pass(milliseconds: number): void;
  /** How many acts there were, and how many switches the schedule caused. */
  count(): { readonly acts: number; readonly switches: number };
  /** Runs acts and events until `done`. */
  run(done: () => boolean): Promise<void>;
}

const longestRun = 20_000;

/**
 * Acts of two parties happen one at a time. A party continues until it waits or ends, unless the schedule passes its
 * turn to the other. Time passes only when no party can continue.
 * @param switches the acts, counted from 0, before which the turn passes to the other party
 */
export const createTimeline = (start: number, switches: readonly number[] = []): Timeline => {
  let now = start;
  let turn: Party = 'A';
  let acts = 0;
  let switched = 0;
  const events = new Set<Event>();
  const waiting: Record<Party, (() => void)[]> = { A: [], B: [] };

  const at = (time: number, fire: () => void): (() => void) => {
    const event = { at: time, fire };
    events.add(event);
    return () => events.delete(event);
  };

  /** The earliest event; of several at the same time, the one that was scheduled first. */
  const nextEvent = (): Event | undefined => {
    let next: Event | undefined;
    for (const event of events) if (next === undefined || event.at < next.at) next = event;
    return next;
  };

  const other = (): Party => (turn === 'A' ? 'B' : 'A');

  const nextAct = (): (() => void) | undefined => {
    if (waiting[turn].length === 0) turn = other();
    else if (switches.includes(acts) && waiting[other()].length > 0) {
      turn = other();
      switched += 1;
    }
    const act = waiting[turn].shift();
    if (act) acts += 1;
    return act;
  };

  return {
    clock: virtualClock(
      () => now,
      (milliseconds, fire) => at(now + milliseconds, fire),
    ),
    at,
    act: (party, act) => waiting[party].push(act),
    pass: (milliseconds) => {
      now += milliseconds;
    },
    count: () => ({ acts, switches: switched }),
    async run(done) {
      for (let count = 0; count < longestRun; count += 1) {
        await settled();
        if (done()) return;
        const event = nextEvent();
        const act = event !== undefined && event.at <= now ? undefined : nextAct();
        if (act) act();
        else if (event) {
          events.delete(event);
          now = Math.max(now, event.at);
          event.fire();
        } else throw new Error('No party can continue, and no event is scheduled.');
      }
      throw new Error('The simulation does not end.');
    },
  };
};
